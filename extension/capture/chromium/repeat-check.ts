import { type LayoutItem, layoutDiffers } from '../layout-differs.ts';
import { pictureRows } from '../picture-rows.ts';
import { repeatsEvery, sameRows } from '../repeated-rows.ts';
import type { RowHashes } from '../row-hashes.ts';
import type { Tile } from '../tile-plan.ts';
import type { CaptureRun } from './capture-run.ts';
import { layoutItems } from './layout-items.ts';

/** Sizes of the page in CSS px, and device px per CSS px. */
export interface PageSizes {
  readonly viewportHeight: number;
  readonly pageHeight: number;
  readonly scale: number;
}

/**
 * Finds pictures that repeat another part of the page although the page differs there: the browser returns such
 * pictures without an error when the shot comes too early or is too large for the graphics card (measured).
 */
export class RepeatCheck {
  readonly #run: CaptureRun;
  readonly #sizes: PageSizes;
  readonly #rows = new Map<string, RowHashes>();
  #items: Promise<readonly LayoutItem[]> | undefined;

  constructor(run: CaptureRun, sizes: PageSizes) {
    this.#run = run;
    this.#sizes = sizes;
  }

  /**
   * Says what a picture repeats. Compares with the tile above, given before, and with itself one viewport down.
   * @returns undefined for a picture that is all right.
   */
  async repetition(tile: Tile, png: Uint8Array<ArrayBuffer>): Promise<string | undefined> {
    const { viewportHeight, scale } = this.#sizes;
    const rows = await pictureRows(png);
    this.#rows.set(keyOf(tile.x, tile.y), rows);
    const above = this.#rows.get(keyOf(tile.x, tile.y - tile.height));
    if (above !== undefined) {
      const from = tile.y - tile.height;
      if (sameRows(above, rows) && (await this.#pageDiffers(from, tile.y, tile.height)))
        return `the same as the tile above`;
    }
    const inner = tile.height - viewportHeight;
    if (inner > 0 && repeatsEvery(rows, Math.round(viewportHeight * scale))) {
      if (await this.#pageDiffers(tile.y, tile.y + viewportHeight, inner))
        return `repeats itself every ${viewportHeight} px`;
    }
    return undefined;
  }

  async #pageDiffers(from: number, to: number, height: number): Promise<boolean> {
    this.#items ??= this.#run
      .page('DOMSnapshot.captureSnapshot', { computedStyles: [], includeDOMRects: true })
      .then((snapshot) => layoutItems(snapshot, this.#sizes.pageHeight));
    return layoutDiffers(await this.#items, from, to, height);
  }
}

function keyOf(x: number, y: number): string {
  return `${x} ${y}`;
}
