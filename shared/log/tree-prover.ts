import { LogError } from './log-error.ts';
import { emptyRoot, nodeHash } from './merkle-hash.ts';

/** Where the hashes of complete subtrees come from; `TileReader` is one. */
export interface SubtreeHashes {
  /** Hash over the leaves `[index · 2^height, (index + 1) · 2^height)`, all of which lie within `size`. */
  node(height: number, index: bigint, size: bigint): Promise<Uint8Array>;
}

/** Makes the root and the proofs of one tree size, by the recursions of RFC 6962 §2.1. */
export class TreeProver {
  readonly size: bigint;
  readonly #hashes: SubtreeHashes;
  /** Incomplete subtrees all end at the right border: their first leaf names them, and many proofs share them. */
  readonly #border = new Map<bigint, Promise<Uint8Array>>();

  constructor(hashes: SubtreeHashes, size: bigint) {
    this.#hashes = hashes;
    this.size = size;
  }

  /** MTH(D[size]) */
  async root(): Promise<Uint8Array> {
    return this.size === 0n ? emptyRoot() : this.#hash(0n, this.size);
  }

  /**
   * PATH(index, D[size]): from the leaf's sibling upwards.
   * @throws LogError INDEX_OUT_OF_RANGE and what the source of hashes throws.
   */
  async inclusion(index: bigint): Promise<Uint8Array[]> {
    if (index < 0n || index >= this.size)
      throw new LogError('INDEX_OUT_OF_RANGE', `no leaf ${index} among ${this.size}`);
    const siblings: Promise<Uint8Array>[] = [];
    let [low, high] = [0n, this.size];
    while (high - low > 1n) {
      const middle = low + largestPowerBelow(high - low);
      siblings.push(index < middle ? this.#hash(middle, high) : this.#hash(low, middle));
      [low, high] = index < middle ? [low, middle] : [middle, high];
    }
    return Promise.all(siblings.reverse());
  }

  /**
   * PROOF(earlier, D[size]); empty for equal sizes.
   * @throws LogError CONSISTENCY_FROM_EMPTY, INDEX_OUT_OF_RANGE, and what the source of hashes throws.
   */
  async consistency(earlier: bigint): Promise<Uint8Array[]> {
    if (earlier === 0n) throw new LogError('CONSISTENCY_FROM_EMPTY', 'no proof starts at the empty tree');
    if (earlier > this.size)
      throw new LogError('INDEX_OUT_OF_RANGE', `a tree of ${this.size} leaves has no prefix of ${earlier}`);
    const siblings: Promise<Uint8Array>[] = [];
    let [low, high] = [0n, this.size];
    while (high !== earlier) {
      const middle = low + largestPowerBelow(high - low);
      siblings.push(earlier <= middle ? this.#hash(middle, high) : this.#hash(low, middle));
      [low, high] = earlier <= middle ? [low, middle] : [middle, high];
    }
    // A prefix that is itself one of the tree's subtrees from the first leaf is known to the verifier.
    if (low > 0n) siblings.push(this.#hash(low, high));
    return Promise.all(siblings.reverse());
  }

  /** MTH(D[low:high]); `low` is a multiple of the largest power of two below the length. */
  #hash(low: bigint, high: bigint): Promise<Uint8Array> {
    const length = high - low;
    const height = length.toString(2).length - 1;
    if (length === 1n << BigInt(height)) return this.#hashes.node(height, low >> BigInt(height), this.size);
    let hash = this.#border.get(low);
    if (hash === undefined) {
      const middle = low + largestPowerBelow(length);
      hash = Promise.all([this.#hash(low, middle), this.#hash(middle, high)]).then(([left, right]) =>
        nodeHash(left, right),
      );
      this.#border.set(low, hash);
    }
    return hash;
  }
}

/** The k of RFC 6962 §2.1: the largest power of two smaller than `n`, for n > 1. */
function largestPowerBelow(n: bigint): bigint {
  return 1n << BigInt((n - 1n).toString(2).length - 1);
}
