import { concatBytes } from '#shared/lib/concat-bytes';
import { fromHex } from '#shared/lib/hex';

/** SubjectPublicKeyInfo up to the key: SEQUENCE, AlgorithmIdentifier 1.3.101.112, BIT STRING (RFC 8410 §4). */
const PREFIX = fromHex('302a300506032b6570032100');

/** The canonical SubjectPublicKeyInfo (DER, 44 bytes) of a raw Ed25519 public key of 32 bytes. */
export function ed25519Spki(publicKey: Uint8Array): Uint8Array {
  return concatBytes(PREFIX, publicKey);
}

/**
 * The raw 32-byte key inside the canonical SubjectPublicKeyInfo of an Ed25519 key.
 * @throws RangeError for any other key or encoding.
 */
export function rawEd25519(spki: Uint8Array): Uint8Array {
  const prefixed = PREFIX.every((byte, index) => spki[index] === byte);
  if (spki.length !== PREFIX.length + 32 || !prefixed) throw new RangeError('not an Ed25519 public key');
  return spki.slice(PREFIX.length);
}
