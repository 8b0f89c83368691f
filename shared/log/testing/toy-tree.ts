import { HASH_BYTES, leafHash, nodeHash } from '../merkle-hash.ts';

/** The definitions of RFC 6962 §2.1 written down as they stand there: slow, obviously right. */

/** MTH(D[n]) */
export function treeHash(leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves;
  if (only === undefined) throw new RangeError('empty tree');
  if (leaves.length === 1) return leafHash(only);
  const k = largestPowerBelow(leaves.length);
  return nodeHash(treeHash(leaves.slice(0, k)), treeHash(leaves.slice(k)));
}

/** PATH(m, D[n]) */
export function auditPath(m: number, leaves: readonly Uint8Array[]): Uint8Array[] {
  if (leaves.length <= 1) return [];
  const k = largestPowerBelow(leaves.length);
  return m < k
    ? [...auditPath(m, leaves.slice(0, k)), treeHash(leaves.slice(k))]
    : [...auditPath(m - k, leaves.slice(k)), treeHash(leaves.slice(0, k))];
}

/** PROOF(m, D[n]) = SUBPROOF(m, D[n], true) */
export function consistencyPath(m: number, leaves: readonly Uint8Array[], complete = true): Uint8Array[] {
  if (m === leaves.length) return complete ? [] : [treeHash(leaves)];
  const k = largestPowerBelow(leaves.length);
  return m <= k
    ? [...consistencyPath(m, leaves.slice(0, k), complete), treeHash(leaves.slice(k))]
    : [...consistencyPath(m - k, leaves.slice(k), false), treeHash(leaves.slice(0, k))];
}

/** Distinct small leaves. */
export function someLeaves(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, n) => Uint8Array.of(n & 255, n >> 8, HASH_BYTES));
}

function largestPowerBelow(n: number): number {
  let k = 1;
  while (2 * k < n) k *= 2;
  return k;
}
