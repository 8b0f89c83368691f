import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LogError } from '#shared/log/log-error';
import { parseTilePath } from '#shared/log/tile-path';
import type { TileSource } from '#shared/log/tile-source';
import { systemCode } from '../store/store-error.ts';

/**
 * The static files of a log in a folder (`<log>/public`). Only `checkpoint` and well-formed tile paths are looked up.
 * @throws (from `read`) LogError TILE_PATH_MALFORMED, TILE_MISSING, TILE_UNREADABLE.
 */
export function folderSource(folder: string): TileSource {
  return {
    async read(path) {
      if (path !== 'checkpoint') parseTilePath(path);
      try {
        return await readFile(join(folder, path));
      } catch (cause) {
        const missing = ['ENOENT', 'ENOTDIR'].includes(systemCode(cause) ?? '');
        throw new LogError(missing ? 'TILE_MISSING' : 'TILE_UNREADABLE', `cannot read ${path}`, {
          entry: path,
          cause,
        });
      }
    },
  };
}
