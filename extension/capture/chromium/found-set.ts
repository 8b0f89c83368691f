import { base64Bytes } from '../base64-bytes.ts';
import { domFile } from '../dom-file.ts';
import { type PageFacts, pageFacts } from '../page/page-facts.ts';
import { attempt, type CaptureRun } from './capture-run.ts';
import { FrameWorld } from './frame-world.ts';
import { settleLayout } from './settle-layout.ts';

const TIMEOUT = 5000;
/** Characters of visible text kept for comparing the page before and after the reload. */
export const COMPARED_TEXT = 20_000;

/**
 * The page as it was found: its facts, its DOM and a picture of the viewport, before anything is done to it.
 * @returns the facts; undefined when the page did not answer.
 */
export async function captureFoundSet(run: CaptureRun): Promise<PageFacts | undefined> {
  const { page, main, sink } = run;
  const url = main.url.slice(0, 20_000);
  sink.progress('found');
  const facts = await attempt(run, { what: 'found-set', url, detail: 'DOM' }, async () => {
    const world = await FrameWorld.open(page, main.frame.id);
    const known = await world.call(pageFacts, [COMPARED_TEXT], { timeout: TIMEOUT });
    const objectId = await world.node();
    const { outerHTML } = await page('DOM.getOuterHTML', { objectId, includeShadowDOM: true });
    await sink.artefact({ kind: 'found-dom', n: 1, bytes: domFile(outerHTML), about: { url } });
    return known;
  });
  if (facts === undefined) return undefined;
  await attempt(run, { what: 'found-set', url, detail: 'picture' }, async () => {
    await settleLayout(run);
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
