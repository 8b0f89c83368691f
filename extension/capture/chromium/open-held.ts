import type { HeldPage } from '../engine.ts';
import type { CaptureRun } from './capture-run.ts';
import { loadFailure } from './load-failure.ts';

const POLL = 25;
/** A page that was held back goes on loading this long before it counts as found: it has no load event. */
const REST = 1000;

/**
 * Opens a page in the empty tab and keeps it from going where the browser can show nothing. A navigation of its own
 * that is aborted leaves the page as it is, its scripts running on.
 * @throws CaptureError when no page comes all the same
 */
export async function openHeld(
  { page, tab, main, interceptor, sink, limits }: CaptureRun,
  { url, away, error }: HeldPage,
): Promise<void> {
  interceptor.holdFrom(main.frame.id, isAwayFrom(url, away));
  await interceptor.enable(page);
  const empty = main.frame.loaderId;
  const { errorText } = await page('Page.navigate', { url }, limits.load);
  const start = performance.now();
  const late = () => performance.now() - start >= limits.load;
  const over = () => main.loaded || main.isErrorPage || interceptor.hasHeldBack;
  const arrived = () => main.frame.loaderId !== empty && over();
  while (errorText === undefined && !arrived() && !late()) await tab.pause(POLL);
  if (!main.loaded && !main.isErrorPage && errorText === undefined) await tab.pause(REST);
  if (main.frame.loaderId === empty || main.isErrorPage) throw loadFailure(error, away);
  sink.omission({
    what: 'resource',
    reason: 'blocked',
    url: away.slice(0, 20_000),
    detail: `the page leads on to this address by itself, which the browser could not show (${error}); it was held to be captured`,
  });
}

/** The failing address itself, and others of its origin unless the page is of that one too: scripts vary the query. */
function isAwayFrom(url: string, away: string): (url: string) => boolean {
  const { origin, href } = withoutFragment(away);
  const foreign = withoutFragment(url).origin !== origin;
  return (asked) => {
    const target = withoutFragment(asked);
    return target.href === href || (foreign && target.origin === origin);
  };
}

function withoutFragment(text: string): URL {
  const url = new URL(text);
  url.hash = '';
  return url;
}
