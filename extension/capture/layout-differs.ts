/** What stands where on a page: text and picture address with its box in CSS px from the top of the page. */
export interface LayoutItem {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly what: string;
}

const SAME = 0.98;

/**
 * Whether two stretches of a page, as its layout tells, hold different things. Stretches without any text or picture
 * are taken to be equal.
 * @param from @param to tops of the stretches. @param height of both; CSS px.
 */
export function layoutDiffers(
  items: readonly LayoutItem[],
  from: number,
  to: number,
  height: number,
): boolean {
  const one = contentOf(items, from, height);
  const other = contentOf(items, to, height);
  const all = new Set([...one, ...other]);
  if (all.size === 0) return false;
  const shared = [...all].filter((item) => one.has(item) && other.has(item)).length;
  return shared / all.size < SAME;
}

function contentOf(items: readonly LayoutItem[], top: number, height: number): Set<string> {
  return new Set(
    items
      .filter((item) => item.what !== '' && item.y >= top && item.y + item.height <= top + height)
      .map(
        ({ x, y, width, height: itemHeight, what }) =>
          `${[x, y - top, width, itemHeight].map(Math.round).join(' ')} ${what}`,
      ),
  );
}
