import { randomInt, randomUUID } from 'node:crypto';
import type { Ports } from '#shared/lib/port';
import { type Sha256, sha256Hex } from '#shared/lib/sha256';
import { leafBytes } from '#shared/log/leaf';
import type { PairingCode } from '../store/pairing-codes.ts';
import type { Store } from '../store/store.ts';
import { parseDeviceKey, verifyDeviceSignature } from './device-key.ts';
import { IdentityError } from './identity-error.ts';
import { hashShortSecret, isShortSecret } from './secret-hash.ts';

/** A–Z and 2–9 without I, O: no look-alikes of 1 and 0. */
const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const CODE_LENGTH = 8;
const LIFETIME_MS = 10 * 60_000;
const TRIES = 5;
/** Older codes are forgotten: each costs one scrypt when a code is compared. */
const KEPT_CODES = 6;

export interface PairingContext {
  readonly store: Pick<Store, 'devices' | 'pairingCodes'>;
  readonly ports: Ports;
  readonly log: { append(leaf: Uint8Array): Promise<unknown> };
  now(): Date;
}

/** A new code: 10 minutes, one use, 5 tries. Only its scrypt hash is kept. The device becomes `owner`'s. */
export async function issuePairingCode(
  { store, now }: Pick<PairingContext, 'store' | 'now'>,
  owner: { readonly organisation: string; readonly user: string | null },
): Promise<{ code: string; expiresAt: Date }> {
  const code = Array.from({ length: CODE_LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join(
    '',
  );
  const createdAt = now().getTime();
  const expiresAt = createdAt + LIFETIME_MS;
  const row = { id: randomUUID(), createdAt, expiresAt, triesLeft: TRIES, usedAt: null, ...owner };
  await store.pairingCodes.add({ ...row, ...(await hashShortSecret(code)) }, KEPT_CODES);
  return { code, expiresAt: new Date(expiresAt) };
}

export interface PairingRequest {
  readonly code: string;
  /** SPKI DER, base64. */
  readonly publicKey: string;
  readonly name: string;
  /** Device key over `tiezheng-pairing/v1\n<code>\n`, base64. */
  readonly signature: string;
}

/**
 * Pairs a device: its key signed the code, the code is open, the key is in the log before the device is known.
 * A wrong code costs a try of every open code. The signature is checked first, so that it tells nothing of the code.
 * @returns the device id.
 * @throws IdentityError PAIRING_CODE_WRONG (with the tries left), _EXPIRED, _USED, _VOID, DEVICE_KEY_MALFORMED,
 * DEVICE_SIGNATURE_WRONG, DEVICE_ID_TAKEN, DEVICE_OF_OTHER_ORGANISATION, DEVICE_REVOKED, PAIRING_NOT_LOGGED (may be tried again)
 */
export async function pairDevice(context: PairingContext, request: PairingRequest): Promise<string> {
  const { store, ports, log, now } = context;
  const key = parseDeviceKey(request.publicKey);
  await verifyDeviceSignature(ports, key.der, `tiezheng-pairing/v1\n${request.code}\n`, request.signature);
  const code = await openCode(context, request.code);
  if ((await store.devices.get(key.id))?.revokedAt)
    throw new IdentityError('DEVICE_REVOKED', 'device revoked');
  await logPairing(log, sha256Hex(key.der));
  const device = { id: key.id, publicKey: key.publicKey, name: request.name, pairedAt: now().getTime() };
  const outcome = await store.devices.pair(device, code.id);
  if (outcome === 'code-used') throw used();
  if (outcome === 'id-taken')
    throw new IdentityError('DEVICE_ID_TAKEN', `device id ${key.id} has another key`);
  if (outcome === 'other-organisation')
    throw new IdentityError(
      'DEVICE_OF_OTHER_ORGANISATION',
      `device ${key.id} is paired with another organisation`,
    );
  return key.id;
}

async function logPairing(log: PairingContext['log'], publicKey: Sha256): Promise<void> {
  try {
    await log.append(leafBytes({ type: 'evidence-pairing/v1', publicKey }));
  } catch (cause) {
    throw new IdentityError('PAIRING_NOT_LOGGED', 'the log did not take the pairing', { cause });
  }
}

async function openCode({ store, now }: PairingContext, code: string): Promise<PairingCode> {
  const at = now().getTime();
  const open = await store.pairingCodes.takeTry(at);
  const match = await find(code, open);
  if (match !== undefined) return match;
  const closed = await find(code, await store.pairingCodes.closed(at));
  if (closed !== undefined) throw closedError(closed);
  const left = open.length === 0 ? 0 : Math.max(...open.map(({ triesLeft }) => triesLeft));
  throw new IdentityError('PAIRING_CODE_WRONG', `wrong pairing code; tries left: ${left}`, { entry: 'code' });
}

function closedError(code: PairingCode): IdentityError {
  if (code.usedAt !== null) return used();
  return code.triesLeft <= 0
    ? new IdentityError('PAIRING_CODE_VOID', 'the pairing code is void after too many wrong tries', {
        entry: 'code',
      })
    : new IdentityError('PAIRING_CODE_EXPIRED', 'the pairing code has expired', { entry: 'code' });
}

function used(): IdentityError {
  return new IdentityError('PAIRING_CODE_USED', 'the pairing code has been used', { entry: 'code' });
}

async function find(code: string, among: readonly PairingCode[]): Promise<PairingCode | undefined> {
  const matches = await Promise.all(among.map((candidate) => isShortSecret(code, candidate)));
  return among.find((_, index) => matches[index]);
}
