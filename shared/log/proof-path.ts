/** Which side of the path a proof hash joins on. */
export interface ProofPath {
  /** Proof hashes below the node where the path leaves the right border; each joins left or right by index bit. */
  readonly inner: number;
  /** Proof hashes above it; each joins on the left. */
  readonly border: number;
}

/**
 * Splits the path from leaf `index` to the root of a tree of `size` leaves where it meets the tree's right border
 * (RFC 6962 §2.1.1). `inner + border` is the one right length of the inclusion proof.
 * Requires `0 <= index < size`.
 */
export function proofPath(index: bigint, size: bigint): ProofPath {
  const inner = bitLength(index ^ (size - 1n));
  return { inner, border: oneBits(index >> BigInt(inner)) };
}

function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}

function oneBits(value: bigint): number {
  return value.toString(2).replaceAll('0', '').length;
}
