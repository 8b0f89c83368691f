import { toBase64 } from '#shared/lib/base64';
import { sha256Hex } from '#shared/lib/sha256';
import type { Database } from './database.ts';
import type { DeviceRow } from './rows.ts';

/**
 * The device row, made on first use: an ECDSA P-384 key pair whose private half never leaves WebCrypto. Two contexts
 * that race keep the row that was written first.
 */
export async function ensureDevice(database: Database): Promise<DeviceRow> {
  const present = await database.device.get('device');
  if (present !== undefined) return present;
  const keyPair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-384' }, false, [
    'sign',
    'verify',
  ]);
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('spki', keyPair.publicKey));
  const row: DeviceRow = {
    key: 'device',
    keyPair,
    publicKey: toBase64(publicKey),
    deviceId: sha256Hex(publicKey).slice(0, 8),
    sequence: 0,
  };
  return await database.transaction('rw', database.device, async () => {
    const first = await database.device.get('device');
    if (first !== undefined) return first;
    await database.device.add(row);
    return row;
  });
}

/** ECDSA P-384 with SHA-256 over `data`, raw r‖s (96 bytes): the form WACZ signatures use. */
export async function signWithDevice(
  device: DeviceRow,
  data: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const signature = await crypto.subtle.sign(
    { name: 'ECDSA', hash: 'SHA-256' },
    device.keyPair.privateKey,
    data,
  );
  return new Uint8Array(signature);
}
