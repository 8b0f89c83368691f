import { concatBytes } from '#shared/lib/concat-bytes';
import { type Sha256, sha256Hex } from '#shared/lib/sha256';
import { type Leaf, leafBytes } from '#shared/log/leaf';

/** The log leaf a package commits to (design §7): hashes only. */
export type SealLeaf = Extract<Leaf, { type: 'evidence-seal/v1' }>;

/**
 * Hash of the leaf in the log, RFC 6962 §2.1: SHA-256(0x00 ‖ leaf). The next seal of the same case chain
 * names it as `previous`.
 */
export function sealLeafHash(leaf: SealLeaf): Sha256 {
  return sha256Hex(concatBytes(Uint8Array.of(0), leafBytes(leaf)));
}
