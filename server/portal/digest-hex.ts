import { sha256 } from '@noble/hashes/sha2.js';
import { toHex } from '#shared/lib/hex';

/** SHA-256, hex: by WebCrypto, or in JavaScript where a page that came over plain http has none. */
export async function digestHex(
  bytes: Uint8Array<ArrayBuffer>,
): Promise<{ hex: string; by: 'WebCrypto' | 'JavaScript' }> {
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  if (subtle === undefined) return { hex: toHex(sha256(bytes)), by: 'JavaScript' };
  return { hex: toHex(new Uint8Array(await subtle.digest('SHA-256', bytes))), by: 'WebCrypto' };
}
