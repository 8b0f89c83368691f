import { randomBytes } from 'node:crypto';
import { toHex } from '#shared/lib/hex';

/** A nonce for a time-stamp request: positive, 64 random bits. */
export function randomNonce(): bigint {
  return BigInt(`0x01${toHex(randomBytes(8))}`);
}
