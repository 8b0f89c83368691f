import { base64Bytes } from '../base64-bytes.ts';
import { domFile } from '../dom-file.ts';
import { endChoice } from '../page/end-choice.ts';
import { type PageFacts, pageFacts } from '../page/page-facts.ts';
import { captureMetadata } from './capture-metadata.ts';
import { attempt, type CaptureRun } from './capture-run.ts';
import { captureText } from './capture-text.ts';
import { closedRootHandles, type FramePlace, framesOf, frameUrl, readFrame } from './frame-places.ts';
import { FrameWorld } from './frame-world.ts';
import { settleLayout } from './settle-layout.ts';

const TIMEOUT = 5000;
/** Characters of visible text kept for comparing the page before and after the reload. */
export const COMPARED_TEXT = 20_000;
const MAX_FRAMES = 100;

/**
 * The page as it was found: its facts, the DOM of its frames, its visible text and a picture of the viewport, before
 * anything is done to it.
 * @returns the facts; undefined when the page did not answer.
 */
export async function captureFoundSet(run: CaptureRun): Promise<PageFacts | undefined> {
  const { page, main, sink } = run;
  const url = main.url.slice(0, 20_000);
  sink.progress('found');
  const place: FramePlace = { send: page, frame: main.frame, isRoot: true };
  const settled = settleLayout(run);
  settled.catch(() => undefined);
  const facts = await attempt(run, { what: 'found-set', url, detail: 'DOM' }, async () => {
    const world = await FrameWorld.open(page, main.frame.id);
    await world.call(endChoice, []);
    const known = await world.call(pageFacts, [COMPARED_TEXT], { timeout: TIMEOUT });
    const read = await readFrame(place);
    await sink.artefact({ kind: 'found-dom', n: 1, bytes: domFile(read.html), about: { url } });
    await captureText(run, place, read.world, await closedRootHandles(place, read));
    await captureMetadata(run, world, 'found');
    return known;
  });
  if (facts === undefined) return undefined;
  await captureFoundFrames(run);
  await attempt(run, { what: 'found-set', url, detail: 'picture' }, async () => {
    await settled;
    const { cssLayoutViewport: view } = await page('Page.getLayoutMetrics', {});
    const startedAt = Date.now();
    const { data } = await page('Page.captureScreenshot', { format: 'png', optimizeForSpeed: true });
    const about = {
      x: view.pageX,
      y: view.pageY,
      width: view.clientWidth,
      height: view.clientHeight,
      scale: facts.scale,
      startedAt,
      endedAt: Date.now(),
    };
    await sink.artefact({ kind: 'found-screenshot', n: 1, bytes: base64Bytes(data), about });
  });
  return facts;
}

/**
 * The DOM of the frames in the page's own process; those of other sites have targets of their own, to which nothing is
 * attached yet. As-is captures take all of them a moment later.
 */
async function captureFoundFrames(run: CaptureRun): Promise<void> {
  const { page, main, sink, request, tab } = run;
  if (request.mode === 'as-is') return;
  const url = main.url.slice(0, 20_000);
  await attempt(run, { what: 'found-set', url, detail: 'frames' }, async () => {
    const [, ...frames] = framesOf((await page('Page.getFrameTree', {})).frameTree);
    const readable = frames.filter(({ unreachableUrl }) => unreachableUrl === undefined);
    for (const [index, frame] of readable.slice(0, MAX_FRAMES).entries()) {
      const about = { url: frameUrl(frame), frame: frame.id };
      await attempt(run, { what: 'found-set', url: about.url, detail: 'DOM of a frame' }, async () => {
        const { html } = await readFrame({ send: page, frame });
        await sink.artefact({ kind: 'found-dom', n: index + 2, bytes: domFile(html), about });
      });
    }
    const all = (await chrome.webNavigation.getAllFrames({ tabId: tab.tabId })) ?? [];
    const shown = all.filter(({ errorOccurred }) => !errorOccurred).length - 1;
    const left = shown - Math.min(readable.length, MAX_FRAMES);
    if (left > 0) {
      const detail = `${left} frames, of other sites or beyond the first ${MAX_FRAMES}; what they show after the reload is recorded`;
      sink.omission({ what: 'found-set', reason: 'not-reached', url, detail });
    }
  });
}
