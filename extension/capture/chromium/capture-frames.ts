import { domFile } from '../dom-file.ts';
import { lazyAttributes } from '../page/lazy-attributes.ts';
import { type FrameSurvey, surveyFrame } from '../page/survey-frame.ts';
import { surveyOmissions } from '../survey-omissions.ts';
import { attempt, type CaptureRun } from './capture-run.ts';
import type { FoundArea } from './capture-scroll-areas.ts';
import type { CdpFrame, FrameTree } from './cdp.ts';
import { closedShadowRoots } from './closed-shadow-roots.ts';
import type { Send } from './debugger-tab.ts';
import { FrameWorld } from './frame-world.ts';

const MAX_FRAMES = 300;
const MAX_URL = 20_000;
/** What browsers put into a frame that holds nothing. */
const emptyDocument = '<html><head></head><body></body></html>';

interface FramePlace {
  readonly send: Send;
  readonly frame: CdpFrame;
  /** Topmost frame of its target. */
  readonly isRoot: boolean;
}

/**
 * DOM of every frame, state of its forms, and ledger entries for what it shows and no artefact holds.
 * @returns the areas that scroll inside the page; what they hide is not listed yet
 */
export async function captureFrames(run: CaptureRun): Promise<FoundArea[]> {
  const { sink, tab, targets, page } = run;
  const places = await placesOf(run, page, run.main.url);
  for (const { session, url } of targets.frames())
    places.push(...(await placesOf(run, tab.target(session), url)));
  if (places.length > MAX_FRAMES)
    sink.omission({ what: 'frame', reason: 'over-limit', detail: `${places.length - MAX_FRAMES} frames` });
  const surveys: FrameSurvey[] = [];
  const areas: FoundArea[] = [];
  let n = 0;
  for (const [index, place] of places.slice(0, MAX_FRAMES).entries()) {
    sink.progress('dom', index, places.length);
    const frame = await attempt(run, { what: 'dom', url: urlOf(place.frame) }, () => readFrame(place));
    if (frame === undefined) continue;
    if (frame.html !== emptyDocument)
      await sink.artefact({
        kind: 'dom',
        n: ++n,
        bytes: domFile(frame.html),
        about: { url: urlOf(place.frame), frame: place.frame.id, main: index === 0 },
      });
    const survey = await attempt(run, { what: 'forms', url: urlOf(place.frame) }, () =>
      surveyPlace(place, frame),
    );
    if (survey === undefined) continue;
    surveys.push(survey);
    for (const omission of surveyOmissions(survey, (url) => run.recorder.answerTo(url)))
      sink.omission(omission);
    const { send, frame: shown } = place;
    for (const [at, area] of survey.scrollAreas.entries())
      areas.push({ send, world: frame.world, url: urlOf(shown), index: at, area });
  }
  await sink.artefact({ kind: 'forms', n: 1, bytes: formsFile(surveys) });
  return areas;
}

async function placesOf(run: CaptureRun, send: Send, url: string): Promise<FramePlace[]> {
  const tree = await attempt(run, { what: 'frame', url: url.slice(0, MAX_URL) }, () =>
    send('Page.getFrameTree', {}, 3000),
  );
  if (tree === undefined) return [];
  return flatten(tree.frameTree).flatMap((frame, index) => {
    if (frame.unreachableUrl === undefined) return [{ send, frame, isRoot: index === 0 }];
    run.sink.omission({
      what: 'frame',
      reason: 'not-reached',
      url: frame.unreachableUrl.slice(0, MAX_URL),
      detail: 'the frame shows an error page',
    });
    return [];
  });
}

function flatten({ frame, childFrames = [] }: FrameTree): CdpFrame[] {
  return [frame, ...childFrames.flatMap(flatten)];
}

function urlOf({ url, urlFragment = '' }: CdpFrame): string {
  return `${url}${urlFragment}`.slice(0, MAX_URL);
}

interface FrameRead {
  readonly html: string;
  readonly world: FrameWorld;
}

async function readFrame({ send, frame }: FramePlace): Promise<FrameRead> {
  const world = await FrameWorld.open(send, frame.id);
  const objectId = await world.node();
  const { outerHTML } = await send('DOM.getOuterHTML', { objectId, includeShadowDOM: true });
  return { html: outerHTML, world };
}

async function surveyPlace(
  { send, frame, isRoot }: FramePlace,
  { html, world }: FrameRead,
): Promise<FrameSurvey> {
  const closed = html.includes('shadowrootmode="closed"')
    ? await closedShadowRoots(send, frame.id, isRoot)
    : [];
  const objects: string[] = [];
  for (const node of closed) objects.push(await world.resolve(node));
  return world.call(surveyFrame, [lazyAttributes], { objects });
}

/** `evidence/forms.json`: controls of each frame that has any. `secret` ones are counted and not read. */
function formsFile(surveys: readonly FrameSurvey[]): Uint8Array<ArrayBuffer> {
  const frames = surveys
    .filter(({ controls, secretControls }) => controls.length + secretControls > 0)
    .map(({ url, controls, secretControls }) => ({ url, secret: secretControls, controls }));
  return new TextEncoder().encode(`${JSON.stringify({ version: 1, frames }, undefined, 1)}\n`);
}
