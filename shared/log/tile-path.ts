import { LogError } from './log-error.ts';

/** Hashes in a full tile, entries in a full bundle (C2SP tlog-tiles). */
export const TILE_WIDTH = 256;

/** A tile of hashes at a level, or, for `entries`, the bundle of the entries below the level-0 tile of that index. */
export interface TileAddress {
  /** 0 to 63. */
  readonly level: number | 'entries';
  readonly index: bigint;
  /** 1 to 256; less than 256 is a partial tile. */
  readonly width: number;
}

/** The path below the log's prefix, e.g. `tile/0/x001/x234/067` or `tile/entries/000.p/17` (C2SP tlog-tiles). */
export function tilePath({ level, index, width }: TileAddress): string {
  const digits = String(index);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0');
  const groups = padded.match(/.{3}/g) ?? [];
  const path = groups.map((group, n) => (n < groups.length - 1 ? `x${group}` : group)).join('/');
  return `tile/${level}/${path}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

/**
 * Strict inverse of `tilePath`: the one spelling of each tile, so a path that it accepts is safe to look up in a
 * folder.
 * @throws LogError TILE_PATH_MALFORMED
 */
export function parseTilePath(path: string): TileAddress {
  const match =
    /^tile\/(entries|[0-9]{1,2})\/((?:x[0-9]{3}\/){0,6}[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/.exec(path);
  const [, level = '', groups = '', width] = match ?? [];
  const address: TileAddress = {
    level: level === 'entries' ? level : Number(level),
    index: BigInt(groups.replace(/[x/]/g, '')),
    width: width === undefined ? TILE_WIDTH : Number(width),
  };
  const fits = address.level === 'entries' || address.level <= 63;
  if (match === null || !fits || address.width > TILE_WIDTH || tilePath(address) !== path)
    throw new LogError('TILE_PATH_MALFORMED', 'not the path of a tile', { entry: path });
  return address;
}

/** How many hashes (or entries) of that tile a tree of `size` leaves has; 0 to 256. */
export function tileWidth(level: number, index: bigint, size: bigint): number {
  const hashes = (size >> BigInt(8 * level)) - index * BigInt(TILE_WIDTH);
  return hashes <= 0n ? 0 : hashes >= TILE_WIDTH ? TILE_WIDTH : Number(hashes);
}
