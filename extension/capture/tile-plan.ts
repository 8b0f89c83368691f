/** GPUs repeat a picture silently beyond their texture size; 4096 is below that of all (SwiftShader: 8192, measured). */
const MAX_DEVICE_PX = 4096;

export interface Tile {
  /** CSS px. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface TilePlan {
  /** Row by row, top to bottom. */
  readonly tiles: readonly Tile[];
  /** Height that is pictured; less than the page's when the limit cut it. */
  readonly height: number;
}

/**
 * Cuts a page into pictures of at most 4096 device px each way, on whole device px where the scale allows it.
 * @param page CSS px, rounded up to whole ones. @param scale device px per CSS px. @param limit CSS px of height.
 */
export function planTiles(page: { width: number; height: number }, scale: number, limit: number): TilePlan {
  const width = Math.max(1, Math.ceil(page.width));
  const height = Math.max(1, Math.min(Math.ceil(page.height), Math.ceil(limit)));
  const step = tileSize(scale);
  const tiles: Tile[] = [];
  for (let y = 0; y < height; y += step)
    for (let x = 0; x < width; x += step)
      tiles.push({ x, y, width: Math.min(step, width - x), height: Math.min(step, height - y) });
  return { tiles, height };
}

/** Largest number of CSS px that is whole in device px; the largest that fits when none within reach is. */
function tileSize(scale: number): number {
  const most = Math.max(1, Math.floor(MAX_DEVICE_PX / scale));
  for (let size = most; size > Math.max(1, most - 200); size--)
    if (Math.abs(size * scale - Math.round(size * scale)) < 1e-6) return size;
  return most;
}
