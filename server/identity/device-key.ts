import { createHash, createPublicKey } from 'node:crypto';
import { fromBase64 } from '#shared/lib/base64';
import { equalBytes } from '#shared/lib/equal-bytes';
import type { Ports } from '#shared/lib/port';
import { toUtf8 } from '#shared/lib/utf8';
import { IdentityError } from './identity-error.ts';

export interface DeviceKey {
  /** First 8 hex digits of SHA-256(SPKI DER). */
  readonly id: string;
  /** SPKI DER, base64. */
  readonly publicKey: string;
  readonly der: Uint8Array;
}

/** SubjectPublicKeyInfo of P-384 with an uncompressed point (RFC 5480 §2): everything before its 96 bytes. */
const SPKI_PREFIX = Buffer.from('3076301006072a8648ce3d020106052b8104002203620004', 'hex');
const POINT_BYTES = 96;

/**
 * A device's P-384 public key from base64 SPKI DER.
 * @throws IdentityError DEVICE_KEY_MALFORMED for anything but the one DER form of a point on that curve (no compressed
 * point, no trailing bytes): one key has one spelling, hence one device id.
 */
export function parseDeviceKey(publicKey: string): DeviceKey {
  try {
    const der = fromBase64(publicKey);
    const prefix = der.subarray(0, SPKI_PREFIX.length);
    if (der.length !== SPKI_PREFIX.length + POINT_BYTES || !equalBytes(prefix, SPKI_PREFIX))
      throw new RangeError('not an uncompressed P-384 key');
    // Refuses points that are not on the curve.
    createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' });
    return { id: createHash('sha256').update(der).digest('hex').slice(0, 8), publicKey, der };
  } catch (cause) {
    throw new IdentityError('DEVICE_KEY_MALFORMED', 'the device key is not a P-384 public key', {
      entry: 'publicKey',
      cause,
    });
  }
}

/**
 * Checks a device's signature (ECDSA P-384 with SHA-256, raw r‖s, base64) over UTF-8 text.
 * @throws IdentityError DEVICE_SIGNATURE_WRONG
 */
export async function verifyDeviceSignature(
  ports: Ports,
  publicKey: Uint8Array,
  text: string,
  signature: string,
): Promise<void> {
  if (await isSignature(ports, publicKey, text, signature)) return;
  throw new IdentityError('DEVICE_SIGNATURE_WRONG', 'the signature is not by the device key', {
    entry: 'signature',
  });
}

async function isSignature(
  ports: Ports,
  publicKey: Uint8Array,
  text: string,
  signature: string,
): Promise<boolean> {
  let bytes: Uint8Array;
  try {
    bytes = fromBase64(signature);
  } catch {
    return false;
  }
  return ports.verifySignature({
    algorithm: 'ecdsa-p384-sha256',
    publicKey,
    data: toUtf8(text),
    signature: bytes,
  });
}
