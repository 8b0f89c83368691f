import { equalBytes } from '#shared/lib/equal-bytes';
import { LogError } from './log-error.ts';
import { HASH_BYTES, nodeHash } from './merkle-hash.ts';
import { proofPath } from './proof-path.ts';

export interface TreeHead {
  /** Number of leaves. */
  readonly size: bigint;
  /** Root hash, 32 bytes. */
  readonly root: Uint8Array;
}

/**
 * Verifies that the tree `after` extends the tree `before` without changing it (RFC 6962 §2.1.2).
 * @param hashes the consistency proof; empty when both sizes are equal.
 * @throws LogError CONSISTENCY_FROM_EMPTY for a proof from size 0, which would prove nothing; HASH_MALFORMED;
 *   CONSISTENCY_INVALID otherwise.
 */
export function verifyConsistency(before: TreeHead, after: TreeHead, hashes: readonly Uint8Array[]): void {
  if ([before.root, after.root, ...hashes].some((hash) => hash.length !== HASH_BYTES))
    throw new LogError('HASH_MALFORMED', 'a hash of the consistency proof is not 32 bytes');
  if (before.size === 0n)
    throw new LogError('CONSISTENCY_FROM_EMPTY', 'every tree is consistent with the empty one');
  if (before.size < 0n || after.size < before.size) throw invalid(`tree shrank to ${after.size} leaves`);
  if (before.size === after.size) {
    if (hashes.length > 0) throw invalid('proof between equal sizes is not empty');
    if (!equalBytes(before.root, after.root)) throw invalid('equal sizes with different roots');
    return;
  }
  verifyGrowth(before, after, hashes);
}

function verifyGrowth(before: TreeHead, after: TreeHead, hashes: readonly Uint8Array[]): void {
  const shift = trailingZeros(before.size);
  const { inner: whole, border } = proofPath(before.size - 1n, after.size);
  const inner = whole - shift;
  // A tree of exactly 2^shift leaves is itself the first subtree; then the proof does not repeat its root.
  const perfect = before.size === 1n << BigInt(shift);
  const expected = (perfect ? 0 : 1) + inner + border;
  if (hashes.length !== expected) throw invalid(`proof has ${hashes.length} hashes, not ${expected}`);
  const seed = perfect ? before.root : (hashes[0] ?? before.root);
  const path = perfect ? hashes : hashes.slice(1);
  const index = (before.size - 1n) >> BigInt(shift);

  let old = seed;
  let now = seed;
  path.forEach((sibling, level) => {
    const left = level >= inner || ((index >> BigInt(level)) & 1n) === 1n;
    if (left) old = nodeHash(sibling, old);
    now = left ? nodeHash(sibling, now) : nodeHash(now, sibling);
  });
  if (!equalBytes(old, before.root)) throw invalid('proof does not lead to the earlier root');
  if (!equalBytes(now, after.root)) throw invalid('proof does not lead to the later root');
}

function trailingZeros(value: bigint): number {
  const bits = value.toString(2);
  return bits.length - 1 - bits.lastIndexOf('1');
}

function invalid(message: string): LogError {
  return new LogError('CONSISTENCY_INVALID', message);
}
