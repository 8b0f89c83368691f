import { HashTile, TILE_HEIGHT } from './hash-tile.ts';
import { LogError } from './log-error.ts';
import { HASH_BYTES } from './merkle-hash.ts';
import { tileWidth } from './tile-path.ts';
import { readTile, type TileSource } from './tile-source.ts';

/** A tile with its nodes takes about 100 kB. */
const MAX_TILES = 256;

/** Looks up hashes of complete subtrees in a log's tiles, keeping the tiles last used. */
export class TileReader {
  readonly #source: TileSource;
  readonly #tiles = new Map<string, HashTile>();

  constructor(source: TileSource) {
    this.#source = source;
  }

  /** Uses this tile from now on; it may grow afterwards. */
  put(level: number, index: bigint, tile: HashTile): void {
    const key = `${level}/${index}`;
    this.#tiles.delete(key);
    this.#tiles.set(key, tile);
    for (const oldest of this.#tiles.keys()) {
      if (this.#tiles.size <= MAX_TILES) return;
      this.#tiles.delete(oldest);
    }
  }

  /**
   * Hash of the complete subtree over the leaves `[index · 2^height, (index + 1) · 2^height)` of a tree of `size`.
   * @throws LogError TILE_MISSING, TILE_UNREADABLE, TILE_MALFORMED.
   */
  async node(height: number, index: bigint, size: bigint): Promise<Uint8Array> {
    const level = Math.floor(height / TILE_HEIGHT);
    const within = height % TILE_HEIGHT;
    const tileIndex = index >> BigInt(TILE_HEIGHT - within);
    const first = tileIndex << BigInt(TILE_HEIGHT - within);
    const tile = await this.#tile(level, tileIndex, size);
    return tile.node(within, Number(index - first));
  }

  async #tile(level: number, index: bigint, size: bigint): Promise<HashTile> {
    const width = tileWidth(level, index, size);
    const known = this.#tiles.get(`${level}/${index}`);
    if (known !== undefined && known.width >= width) return known;
    const { bytes, full } = await readTile(this.#source, { level, index, width });
    const tile = HashTile.parse(full ? bytes : bytes.subarray(0, width * HASH_BYTES));
    if (tile.width < width)
      throw new LogError('TILE_MALFORMED', 'tile is too short', { entry: `${level}/${index}` });
    this.put(level, index, tile);
    return tile;
  }
}
