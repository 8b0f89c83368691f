import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { toHex } from './hex.ts';

declare const brand: unique symbol;
/** 64 lower-case hexadecimal digits. */
export type Sha256 = string & { readonly [brand]: 'Sha256' };

/** SHA-256 of small data, synchronously (awaiting WebCrypto inside a Dexie transaction would commit it). */
export function sha256(bytes: Uint8Array): Uint8Array {
  return nobleSha256(bytes);
}

/** `sha256` as lower-case hexadecimal. */
export function sha256Hex(bytes: Uint8Array): Sha256 {
  return toHex(nobleSha256(bytes)) as Sha256;
}

/** Guard for serialised digests. */
export function isSha256(text: unknown): text is Sha256 {
  return typeof text === 'string' && /^[0-9a-f]{64}$/.test(text);
}
