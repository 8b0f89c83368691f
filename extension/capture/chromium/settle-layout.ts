import type { CaptureRun } from './capture-run.ts';

const POLL = 50;

/**
 * Waits until the layout has kept its size for `calm` ms. The debugger bar resizes the page, and a shot within 50 ms
 * of attaching silently repeats the viewport down the page (measured; right from 100 ms on).
 * @returns whether that came about within `limit` ms.
 */
export async function settleLayout(
  { page, tab }: Pick<CaptureRun, 'page' | 'tab'>,
  calm = 300,
  limit = 3000,
): Promise<boolean> {
  const start = performance.now();
  let last = '';
  let since = start;
  for (;;) {
    const { cssContentSize, cssLayoutViewport } = await page('Page.getLayoutMetrics', {});
    const { clientWidth, clientHeight } = cssLayoutViewport;
    const size = [cssContentSize.width, cssContentSize.height, clientWidth, clientHeight].join(' ');
    const now = performance.now();
    if (size !== last) since = now;
    last = size;
    if (now - since >= calm) return true;
    if (now - start >= limit) return false;
    await tab.pause(POLL);
  }
}
