import { LogError } from '#shared/log/log-error';
import type { TileSource } from '#shared/log/tile-source';

/** Longest entry bundle: 256 entries of 65,535 bytes, each after its length. */
const MAX_BYTES = 256 * (2 + 65_535);

/**
 * The static files of a log on a web server (C2SP tlog-tiles).
 * @param prefix URL of the folder that holds `checkpoint` and `tile/`.
 * @throws (from `read`) LogError TILE_MISSING for 404 and 410, TILE_UNREADABLE otherwise.
 */
export function webSource(prefix: string, timeoutMs = 30_000): TileSource {
  return {
    async read(path) {
      const url = `${prefix.replace(/\/+$/, '')}/${path}`;
      try {
        const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
        if ([404, 410].includes(response.status))
          throw new LogError('TILE_MISSING', `${url} is missing`, { entry: path });
        if (!response.ok) throw new RangeError(`HTTP status ${response.status}`);
        return await readLimited(response);
      } catch (cause) {
        if (cause instanceof LogError) throw cause;
        throw new LogError('TILE_UNREADABLE', `cannot fetch ${url}`, { entry: path, cause });
      }
    },
  };
}

async function readLimited(response: Response): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    bytes += piece.length;
    if (bytes > MAX_BYTES) throw new RangeError(`answer is over ${MAX_BYTES} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
