import { equalBytes } from '#shared/lib/equal-bytes';
import { LogError } from './log-error.ts';
import { HASH_BYTES, nodeHash } from './merkle-hash.ts';
import { proofPath } from './proof-path.ts';

export interface InclusionProof {
  /** Zero-based index of the leaf. */
  readonly index: bigint;
  /** Number of leaves of the tree. */
  readonly size: bigint;
  /** Leaf hash, 32 bytes. */
  readonly leaf: Uint8Array;
  /** Sibling hashes from the leaf upwards. */
  readonly hashes: readonly Uint8Array[];
  /** Root hash of the tree, 32 bytes. */
  readonly root: Uint8Array;
}

/**
 * Verifies that the tree with `root` holds `leaf` at `index` (RFC 6962 §2.1.1).
 * @throws LogError INDEX_OUT_OF_RANGE, HASH_MALFORMED (not 32 bytes), INCLUSION_INVALID.
 */
export function verifyInclusion({ index, size, leaf, hashes, root }: InclusionProof): void {
  if (index < 0n || index >= size) throw new LogError('INDEX_OUT_OF_RANGE', `no leaf ${index} among ${size}`);
  if ([leaf, root, ...hashes].some((hash) => hash.length !== HASH_BYTES))
    throw new LogError('HASH_MALFORMED', 'a hash of the inclusion proof is not 32 bytes');
  const { inner, border } = proofPath(index, size);
  if (hashes.length !== inner + border)
    throw new LogError('INCLUSION_INVALID', `proof has ${hashes.length} hashes, not ${inner + border}`);
  const computed = hashes.reduce((hash, sibling, level) => {
    const right = level < inner && ((index >> BigInt(level)) & 1n) === 0n;
    return right ? nodeHash(hash, sibling) : nodeHash(sibling, hash);
  }, leaf);
  if (!equalBytes(computed, root))
    throw new LogError('INCLUSION_INVALID', 'proof does not lead to the root of the checkpoint');
}
