import { concatBytes } from '#shared/lib/concat-bytes';
import { LogError } from './log-error.ts';
import { HASH_BYTES, nodeHash } from './merkle-hash.ts';
import { TILE_WIDTH } from './tile-path.ts';

/** Tree levels that one tile spans. */
export const TILE_HEIGHT = 8;

/**
 * A tile with all inner nodes of its subtree that are complete, kept up to date while it grows, so that proofs only
 * look hashes up.
 */
export class HashTile {
  readonly #levels: Uint8Array[][] = Array.from({ length: TILE_HEIGHT + 1 }, () => []);

  /**
   * @param bytes 1 to 256 hashes.
   * @throws LogError TILE_MALFORMED
   */
  static parse(bytes: Uint8Array): HashTile {
    const width = bytes.length / HASH_BYTES;
    if (!Number.isInteger(width) || width < 1 || width > TILE_WIDTH)
      throw new LogError('TILE_MALFORMED', `tile of ${bytes.length} bytes`);
    const tile = new HashTile();
    for (let n = 0; n < width; n++) tile.push(bytes.slice(n * HASH_BYTES, (n + 1) * HASH_BYTES));
    return tile;
  }

  get width(): number {
    return this.#hashes(0).length;
  }

  /** Appends a hash of 32 bytes. Requires `width < 256`. */
  push(hash: Uint8Array): void {
    let node = hash;
    for (let height = 0; height <= TILE_HEIGHT; height++) {
      const nodes = this.#hashes(height);
      nodes.push(node);
      const left = nodes.at(-2);
      if (nodes.length % 2 === 1 || left === undefined) return;
      node = nodeHash(left, node);
    }
  }

  /**
   * Hash of the complete subtree over the tile's hashes `[index · 2^height, (index + 1) · 2^height)`.
   * @throws LogError TILE_MALFORMED when the tile does not reach that far.
   */
  node(height: number, index: number): Uint8Array {
    const node = this.#levels[height]?.[index];
    if (node === undefined) throw new LogError('TILE_MALFORMED', `tile has only ${this.width} hashes`);
    return node;
  }

  /** The first `width` hashes, concatenated. */
  toBytes(width = this.width): Uint8Array<ArrayBuffer> {
    return concatBytes(...this.#hashes(0).slice(0, width));
  }

  #hashes(height: number): Uint8Array[] {
    return this.#levels[height] ?? [];
  }
}
