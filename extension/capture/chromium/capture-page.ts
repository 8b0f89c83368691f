import { CaptureCut } from '../capture-cut.ts';
import { CaptureError } from '../capture-error.ts';
import { type PageFacts, pageFacts } from '../page/page-facts.ts';
import { replyDifference } from '../reply-difference.ts';
import { captureCertificates } from './capture-certificates.ts';
import { captureCookies } from './capture-cookies.ts';
import { captureFrames } from './capture-frames.ts';
import { captureMhtml } from './capture-mhtml.ts';
import { captureRegion } from './capture-region.ts';
import { attempt, type CaptureRun } from './capture-run.ts';
import { captureScrollAreas } from './capture-scroll-areas.ts';
import { captureStorage } from './capture-storage.ts';
import { captureTiles } from './capture-tiles.ts';
import { COMPARED_TEXT, captureFoundSet } from './found-set.ts';
import { FrameWorld } from './frame-world.ts';
import { freezeScripts } from './freeze-scripts.ts';
import { loadFailure } from './load-failure.ts';
import { noteServiceWorkers } from './note-service-workers.ts';
import { type Reloaded, reloadPage } from './reload-page.ts';
import { scrollPage } from './scroll-page.ts';
import { settleLayout } from './settle-layout.ts';
import { noteUnreachedWorkers } from './unreached-workers.ts';

const CALM = 250;
const POLL = 25;
/** The layout of a page without scripts has come to rest when it has kept its size this long. */
const FROZEN_CALM = 150;
/** A page that leads on by itself is followed this many times. */
const MAX_HOPS = 3;
/** Last wait for answers that are still coming when everything else is stored. */
const LAST_WAIT = 2000;
/** A document that ends under our hands is followed by the next one within this time. */
const LEAVING = 1000;

/**
 * All steps of one capture, in order. Facts of the page are reported as soon as they are known, so that a capture
 * that is cut still has them.
 * @throws CaptureCut when it ends early; CaptureError when there never was a page.
 */
export async function capturePage(run: CaptureRun, report: (facts: PageFacts) => void): Promise<void> {
  const { request, main, targets } = run;
  const found = main.isErrorPage ? undefined : await captureFoundSet(run);
  if (found !== undefined) {
    report(found);
    await captureRegion(run, 'found', found.scale);
  }
  const document = main.frame.loaderId;
  await targets.open();
  if (request.mode === 'as-is') asFound(run);
  else if (main.frame.mimeType === 'application/pdf') keepViewer(run);
  else await reloadAndScroll(run, found);
  await noteServiceWorkers(run);
  main.hold();
  await freezeScripts(run);
  const settled = settleLayout(run, FROZEN_CALM);
  settled.catch(() => undefined);
  const facts = (await readFacts(run)) ?? found;
  if (facts !== undefined) report(facts);
  compareReply(run, found, facts);
  const areas = await captureFrames(run);
  try {
    await captureTiles(run, facts?.scale ?? 1, settled);
    if (main.frame.loaderId !== document) await captureRegion(run, 'reloaded', facts?.scale ?? 1);
    await captureMhtml(run);
    if (request.cookies) {
      await captureCookies(run);
      await captureStorage(run);
    }
    await noteUnreachedWorkers(run);
  } finally {
    await captureScrollAreas(run, areas, facts?.scale ?? 1);
  }
  run.sink.progress('bodies');
  await run.activity.quiet(0, LAST_WAIT);
  await captureCertificates(run);
}

function asFound({ main, sink }: CaptureRun): void {
  if (main.isErrorPage) throw new CaptureError('HOST_UNREACHABLE', 'an error page', { entry: main.url });
  noteEarlier({ main, sink });
}

/** Reloading a PDF ends its viewer's target, and the debugger's with it (measured). */
function keepViewer(run: CaptureRun): void {
  const url = run.main.url.slice(0, 20_000);
  run.sink.omission({
    what: 'reload',
    reason: 'refused',
    url,
    detail: "the browser's PDF viewer shows a file",
  });
  noteEarlier(run);
}

/** Exchanges of a document that was there before the debugger cannot be had afterwards. */
function noteEarlier({ main, sink }: Pick<CaptureRun, 'main' | 'sink'>): void {
  sink.omission({
    what: 'earlier-exchanges',
    reason: 'before-attach',
    url: main.url.slice(0, 20_000),
    detail: 'the page had been loaded before the capture began',
  });
}

async function reloadAndScroll(run: CaptureRun, found: PageFacts | undefined): Promise<void> {
  const { sink, main } = run;
  sink.progress('reload');
  const url = main.url.slice(0, 20_000);
  const reloaded = await attempt(run, { what: 'reload', url }, () => reloadPage(run));
  if (reloaded?.outcome === 'error-page') {
    if (found === undefined) throw loadFailure(reloaded.error, main.url);
    sink.omission({ what: 'reload', reason: 'request-failed', url, detail: reloaded.error });
    throw new CaptureCut('request-failed', `${reloaded.error}; the page found before stays`);
  }
  if (main.isErrorPage) throw loadFailure('no answer', main.url);
  if (reloaded === undefined || reloaded.outcome === 'kept') {
    if (reloaded !== undefined) noteKept(run, reloaded);
    noteEarlier(run);
    return;
  }
  if (reloaded.outcome === 'loading') {
    const detail = `the load event did not come within ${run.limits.load} ms`;
    sink.omission({ what: 'reload', reason: 'still-loading', url, detail });
  }
  await restAndScroll(run, reloaded.outcome === 'loaded' ? run.limits.quiet : CALM);
}

function noteKept({ sink, main }: CaptureRun, kept: Extract<Reloaded, { outcome: 'kept' }>): void {
  const reasons = {
    form: 'refused',
    download: 'refused',
    timeout: 'timeout',
    aborted: 'request-failed',
  } as const;
  const detail = `${kept.why === 'download' ? 'a download came instead: ' : ''}${kept.detail}; the page found was kept`;
  sink.omission({
    what: 'reload',
    reason: reasons[kept.why],
    url: main.url.slice(0, 20_000),
    detail: detail.slice(0, 2000),
  });
}

/** Follows a page that leads on by itself; scrolls the one that stays. @param patience ms to wait for the network */
async function restAndScroll(run: CaptureRun, patience: number): Promise<void> {
  const { main, activity, limits } = run;
  const url = main.url.slice(0, 20_000);
  for (let hop = 0; ; hop++) {
    const document = main.frame.loaderId;
    await until(run, () => main.loaded, hop === 0 ? 0 : limits.quiet);
    await activity.quiet(CALM, patience);
    if (main.frame.loaderId !== document && hop < MAX_HOPS) continue;
    try {
      await scrollPage(run);
      if (main.frame.loaderId === document || hop >= MAX_HOPS) return;
    } catch (error) {
      if (error instanceof CaptureCut) throw error;
      const leaving = await until(run, () => main.frame.loaderId !== document, LEAVING);
      if (leaving && hop < MAX_HOPS) continue;
      await attempt(run, { what: 'page-height', url, detail: 'scrolling' }, () => Promise.reject(error));
      return;
    }
  }
}

async function until({ tab }: CaptureRun, holds: () => boolean, limit: number): Promise<boolean> {
  for (let waited = 0; !holds() && waited < limit; waited += POLL) await tab.pause(POLL);
  return holds();
}

function readFacts(run: CaptureRun): Promise<PageFacts | undefined> {
  const { page, main } = run;
  return attempt(
    run,
    { what: 'dom', url: main.url.slice(0, 20_000), detail: 'facts of the page' },
    async () => {
      const world = await FrameWorld.open(page, main.frame.id);
      return world.call(pageFacts, [COMPARED_TEXT]);
    },
  );
}

function compareReply(
  { request, sink, main }: CaptureRun,
  found: PageFacts | undefined,
  facts: PageFacts | undefined,
): void {
  if (request.mode !== 'reload' || found === undefined || facts === undefined) return;
  const difference = replyDifference(found, facts);
  if (difference === undefined) return;
  const detail = `${difference}; the page as it was found is the exhibit`.slice(0, 2000);
  sink.omission({
    what: 'reload',
    reason: 'page-replied-differently',
    url: main.url.slice(0, 20_000),
    detail,
  });
}
