import { toBase32 } from '#shared/lib/base32';
import { fromHex } from '#shared/lib/hex';
import type { Sha256 } from '#shared/lib/sha256';

/** `EVD-` and the first 16 base32 characters of SHA-256(WACZ): known before sealing, the same for the same bundle. */
export function packageId(bundleSha256: Sha256): string {
  return `EVD-${toBase32(fromHex(bundleSha256)).slice(0, 16)}`;
}
