import { lazyAttributes } from '../page/lazy-attributes.ts';
import { pageHeight } from '../page/page-height.ts';
import { probeLazy } from '../page/probe-lazy.ts';
import { type ScrollResult, scrollDown } from '../page/scroll-down.ts';
import { scrollToTop } from '../page/scroll-to-top.ts';
import type { CaptureRun } from './capture-run.ts';
import { FrameWorld } from './frame-world.ts';

/** Ms of network rest that count as rest. */
const CALM = 250;
/** Scripts that load on scrolling often wait for the scrolling to pause this long. */
const SLOW_PACE = 200;
const PROBE = 400;

/**
 * Scrolls the page down so that lazy content loads, waits for the network, and goes back to the top. Goes down again
 * when the page grew meanwhile, and more slowly when images are left that a script loads only after a rest.
 * @throws CommandError REFUSED when the page goes on to another document meanwhile
 */
export async function scrollPage({ page, main, sink, limits, activity }: CaptureRun): Promise<void> {
  sink.progress('scroll');
  const end = performance.now() + limits.scroll;
  const world = await FrameWorld.open(page, main.frame.id);
  const pass = (pace: number): Promise<ScrollResult> => {
    const time = Math.max(0, end - performance.now());
    return world.call(scrollDown, [{ limit: limits.height, time, pace, lazy: lazyAttributes }], {
      timeout: time + 5000,
    });
  };
  let result = await pass(0);
  await activity.quiet(CALM, limits.quiet);
  const someLeft = result.lazyLeft > 0 && result.stopped === 'bottom' && performance.now() < end;
  if (someLeft && (await world.call(probeLazy, [lazyAttributes, PROBE]))) {
    await world.call(scrollToTop, []);
    result = await pass(SLOW_PACE);
    await activity.quiet(CALM, limits.quiet);
  }
  while (result.stopped === 'bottom' && performance.now() < end) {
    if ((await world.call(pageHeight, [])) <= result.height) break;
    result = await pass(0);
    await activity.quiet(CALM, limits.quiet);
  }
  await world.call(scrollToTop, []);
  if (result.stopped === 'time')
    sink.omission({
      what: 'page-height',
      reason: 'over-limit',
      url: main.url.slice(0, 20_000),
      detail: `scrolled to ${Math.round(result.reached)} of ${Math.round(result.height)} px in the ${limits.scroll} ms allowed for it; what loads further down only when seen is missing`,
    });
}
