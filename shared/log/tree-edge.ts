import { equalBytes } from '#shared/lib/equal-bytes';
import { formatEntries, parseEntries } from './entry-bundle.ts';
import { HashTile } from './hash-tile.ts';
import { LogError } from './log-error.ts';
import { emptyRoot, HASH_BYTES, leafHash, nodeHash } from './merkle-hash.ts';
import { TILE_WIDTH, type TileAddress, tileWidth } from './tile-path.ts';
import { readTile, type TileSource } from './tile-source.ts';

/** One static file of the log. */
export interface TileFile {
  readonly address: TileAddress;
  readonly bytes: Uint8Array;
  /** The same hashes with their nodes; absent for entries. It may grow after this file was taken. */
  readonly tile?: HashTile;
}

/**
 * The right edge of a growing tree: the unfinished tile of each level and the unfinished entry bundle. Appending
 * gives rise to the files of the log, the same for the same entries however they are batched, except that partial
 * tiles exist for the sizes at which files were taken.
 */
export class TreeEdge {
  #size = 0n;
  readonly #levels: HashTile[] = [];
  #entries: Uint8Array[] = [];
  #full: TileFile[] = [];

  /**
   * The edge of the tree of `size` leaves, read from its files.
   * @throws LogError TREE_MISMATCH when the last entries do not hash to the last tile; TILE_MISSING,
   *   TILE_UNREADABLE, TILE_MALFORMED, ENTRIES_MALFORMED.
   */
  static async load(source: TileSource, size: bigint): Promise<TreeEdge> {
    const edge = new TreeEdge();
    edge.#size = size;
    for (let level = 0; size >> BigInt(8 * level) > 0n; level++) {
      const index = (size >> BigInt(8 * level)) / BigInt(TILE_WIDTH);
      const width = tileWidth(level, index, size);
      edge.#levels.push(await loadTile(source, level, index, width));
    }
    edge.#entries = await loadEntries(source, edge.#levels[0], size);
    return edge;
  }

  get size(): bigint {
    return this.#size;
  }

  /** Appends one entry of at most 65,535 bytes; the array is kept. */
  append(entry: Uint8Array): void {
    this.#entries.push(entry);
    const index = this.#size / BigInt(TILE_WIDTH);
    this.#size += 1n;
    if (this.#entries.length === TILE_WIDTH) {
      this.#full.push({
        address: { level: 'entries', index, width: TILE_WIDTH },
        bytes: formatEntries(this.#entries),
      });
      this.#entries = [];
    }
    this.#push(0, leafHash(entry));
  }

  /** Root of the tree so far, 32 bytes. */
  root(): Uint8Array {
    let root: Uint8Array | undefined;
    for (const tile of this.#levels) {
      for (let height = 0, width = tile.width; width > 0; height++, width >>= 1) {
        if (width % 2 === 0) continue;
        const subtree = tile.node(height, width - 1);
        root = root === undefined ? subtree : nodeHash(subtree, root);
      }
    }
    return root ?? emptyRoot();
  }

  /** The full tiles and bundles that came up since they were last taken. */
  takeFull(): TileFile[] {
    const files = this.#full;
    this.#full = [];
    return files;
  }

  /** The partial tiles and the partial bundle of the present size. */
  partials(): TileFile[] {
    return this.#levels.flatMap((tile, level) => {
      const { width } = tile;
      if (width === 0) return [];
      const index = (this.#size >> BigInt(8 * level)) / BigInt(TILE_WIDTH);
      const hashes: TileFile = { address: { level, index, width }, bytes: tile.toBytes(), tile };
      if (level > 0) return [hashes];
      return [hashes, { address: { level: 'entries', index, width }, bytes: formatEntries(this.#entries) }];
    });
  }

  #push(level: number, hash: Uint8Array): void {
    const tile = this.#levels[level] ?? new HashTile();
    tile.push(hash);
    this.#levels[level] = tile;
    if (tile.width < TILE_WIDTH) return;
    const index = (this.#size >> BigInt(8 * (level + 1))) - 1n;
    this.#full.push({ address: { level, index, width: TILE_WIDTH }, bytes: tile.toBytes(), tile });
    this.#levels[level] = new HashTile();
    this.#push(level + 1, tile.node(8, 0));
  }
}

async function loadTile(source: TileSource, level: number, index: bigint, width: number): Promise<HashTile> {
  if (width === 0) return new HashTile();
  const { bytes } = await readTile(source, { level, index, width });
  if (bytes.length < width * HASH_BYTES)
    throw new LogError('TILE_MALFORMED', 'tile is too short', { entry: `${level}/${index}` });
  return HashTile.parse(bytes.subarray(0, width * HASH_BYTES));
}

async function loadEntries(
  source: TileSource,
  leaves: HashTile | undefined,
  size: bigint,
): Promise<Uint8Array[]> {
  const width = leaves?.width ?? 0;
  if (leaves === undefined || width === 0) return [];
  const index = size / BigInt(TILE_WIDTH);
  const { bytes } = await readTile(source, { level: 'entries', index, width });
  const entries = parseEntries(bytes).slice(0, width);
  const same = entries.every((entry, n) => equalBytes(leafHash(entry), leaves.node(0, n)));
  if (entries.length < width || !same)
    throw new LogError('TREE_MISMATCH', 'last entries do not hash to the last tile');
  return entries;
}
