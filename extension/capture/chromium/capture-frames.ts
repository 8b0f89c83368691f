import { domFile } from '../dom-file.ts';
import { lazyAttributes } from '../page/lazy-attributes.ts';
import { type FrameSurvey, surveyFrame } from '../page/survey-frame.ts';
import { surveyOmissions } from '../survey-omissions.ts';
import { captureMetadata } from './capture-metadata.ts';
import { attempt, type CaptureRun } from './capture-run.ts';
import type { FoundArea } from './capture-scroll-areas.ts';
import { captureText } from './capture-text.ts';
import { closedRootHandles, framePlaces, frameUrl, readFrame } from './frame-places.ts';

const MAX_FRAMES = 300;
/** What browsers put into a frame that holds nothing. */
const emptyDocument = '<html><head></head><body></body></html>';

/**
 * DOM and visible text of every frame, state of its forms, and ledger entries for what it shows and no artefact holds.
 * @returns the areas that scroll inside the page; what they hide is not listed yet
 */
export async function captureFrames(run: CaptureRun): Promise<FoundArea[]> {
  const { sink, tab, targets, page } = run;
  const places = await framePlaces(run, page, run.main.url);
  // A busy page may not list its frames in time; its own document is known all the same.
  if (places.length === 0) places.push({ send: page, frame: run.main.frame, isRoot: true });
  for (const { session, url } of targets.frames())
    places.push(...(await framePlaces(run, tab.target(session), url)));
  if (places.length > MAX_FRAMES)
    sink.omission({ what: 'frame', reason: 'over-limit', detail: `${places.length - MAX_FRAMES} frames` });
  const surveys: FrameSurvey[] = [];
  const areas: FoundArea[] = [];
  let n = 0;
  for (const [index, place] of places.slice(0, MAX_FRAMES).entries()) {
    sink.progress('dom', index, places.length);
    const frame = await attempt(run, { what: 'dom', url: frameUrl(place.frame) }, () => readFrame(place));
    if (frame === undefined) continue;
    const closed = { what: 'dom', url: frameUrl(place.frame), detail: 'closed shadow roots' } as const;
    const roots = (await attempt(run, closed, () => closedRootHandles(place, frame))) ?? [];
    if (frame.html !== emptyDocument) {
      await sink.artefact({
        kind: 'dom',
        n: ++n,
        bytes: domFile(frame.html),
        about: { url: frameUrl(place.frame), frame: place.frame.id, main: index === 0 },
      });
      await captureText(run, place, frame.world, roots, n);
    }
    if (index === 0) await captureMetadata(run, frame.world, 'final');
    const survey = await attempt(run, { what: 'forms', url: frameUrl(place.frame) }, () =>
      frame.world.call(surveyFrame, [lazyAttributes], { objects: roots }),
    );
    if (survey === undefined) continue;
    surveys.push(survey);
    for (const omission of surveyOmissions(survey, (url) => run.recorder.answerTo(url)))
      sink.omission(omission);
    const { send, frame: shown } = place;
    for (const [at, area] of survey.scrollAreas.entries())
      areas.push({ send, world: frame.world, url: frameUrl(shown), index: at, area });
  }
  await sink.artefact({ kind: 'forms', n: 1, bytes: formsFile(surveys) });
  return areas;
}

/** `evidence/forms.json`: controls of each frame that has any. `secret` ones are counted and not read. */
function formsFile(surveys: readonly FrameSurvey[]): Uint8Array<ArrayBuffer> {
  const frames = surveys
    .filter(({ controls, secretControls }) => controls.length + secretControls > 0)
    .map(({ url, controls, secretControls }) => ({ url, secret: secretControls, controls }));
  return new TextEncoder().encode(`${JSON.stringify({ version: 1, frames }, undefined, 1)}\n`);
}
