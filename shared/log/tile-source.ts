import { LogError } from './log-error.ts';
import { TILE_WIDTH, type TileAddress, tilePath } from './tile-path.ts';

/** The static files of a log: a folder, a web server, memory. */
export interface TileSource {
  /**
   * @param path `checkpoint` or a tile path, relative to the log's prefix.
   * @throws LogError TILE_MISSING when there is no such file, TILE_UNREADABLE for any other fault.
   */
  read(path: string): Promise<Uint8Array>;
}

/**
 * Reads a tile that a checkpoint says exists. A log may delete a partial tile once the full one is there, which then
 * begins with the same bytes (C2SP tlog-tiles, "Partial Tiles").
 * @returns the file; `full` tells that it is the full tile in place of the partial one.
 * @throws LogError TILE_MISSING, TILE_UNREADABLE.
 */
export async function readTile(
  source: TileSource,
  address: TileAddress,
): Promise<{ bytes: Uint8Array; full: boolean }> {
  const full = address.width === TILE_WIDTH;
  try {
    return { bytes: await source.read(tilePath(address)), full };
  } catch (error) {
    if (full || !(error instanceof LogError) || error.code !== 'TILE_MISSING') throw error;
    return { bytes: await source.read(tilePath({ ...address, width: TILE_WIDTH })), full: true };
  }
}
