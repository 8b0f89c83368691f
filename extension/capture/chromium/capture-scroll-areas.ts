import type { NotCaptured } from '#shared/artefact/not-captured';
import { CaptureCut } from '../capture-cut.ts';
import type { ScrollArea } from '../page/survey-frame.ts';
import { scrollAreaOmission } from '../scroll-area-omission.ts';
import type { CaptureRun } from './capture-run.ts';
import { CommandError } from './command-error.ts';
import type { Send } from './debugger-tab.ts';
import type { FrameWorld } from './frame-world.ts';
import { type AreaPlace, type Halt, ScrollAreaSteps } from './scroll-area-steps.ts';

/** Time kept back for what comes after the areas; ms. */
const RESERVE = 4000;
/** Entries of the ledger; the rest is counted. */
const MAX_AREAS = 100;

/** An area that scrolls inside the page, in the frame that holds it. */
export interface FoundArea {
  readonly send: Send;
  readonly world: FrameWorld;
  /** Of the frame. */
  readonly url: string;
  /** Its place among the areas of the frame. */
  readonly index: number;
  readonly area: ScrollArea;
}

/**
 * Steps through every area that scrolls inside the page: overlapping pictures, and its DOM where it differs from the
 * step before, as in lists that hold only what is visible. Comes after everything else, because it needs the page's
 * scripts and moves what they show. What stays hidden is listed. Areas with least hidden come first.
 * @param scale device px per CSS px
 */
export async function captureScrollAreas(
  run: CaptureRun,
  found: readonly FoundArea[],
  scale: number,
): Promise<void> {
  const { sink, limits, endsAt, page, main } = run;
  const left = new Set(found.toSorted((a, b) => hiddenOf(a.area) - hiddenOf(b.area)));
  const listed: NotCaptured[] = [];
  try {
    if (run.request.mode === 'as-is' || left.size === 0) return;
    const own = performance.now() + limits.areas;
    const end = Math.min(own, endsAt - RESERVE);
    const late: Halt =
      end === own
        ? { reason: 'over-limit', why: `the ${limits.areas} ms allowed for such areas were used up` }
        : { reason: 'timeout', why: 'the time allowed for the capture was used up' };
    main.letGo();
    await page('Emulation.setScriptExecutionDisabled', { value: false });
    let n = 0;
    for (const each of [...left].slice(0, MAX_AREAS)) {
      sink.progress('areas', n, found.length);
      const omission = await captureArea(run, each, { n: ++n, scale, end, late });
      left.delete(each);
      if (omission !== undefined) listed.push(omission);
    }
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
  } finally {
    const why =
      run.request.mode === 'as-is'
        ? 'a page captured as it is is not scrolled; the DOM holds what it had loaded there'
        : 'the DOM holds what the page had loaded there';
    for (const { area, url } of left) listed.push(scrollAreaOmission(area, url, 'not-reached', why));
    for (const omission of listed.slice(0, MAX_AREAS)) sink.omission(omission);
    if (listed.length > MAX_AREAS)
      sink.omission({
        what: 'scroll-area',
        reason: 'over-limit',
        detail: `${listed.length - MAX_AREAS} more of the same`,
      });
  }
}

function hiddenOf({ width, height, hiddenBelow, hiddenRight }: ScrollArea): number {
  return hiddenBelow * width + hiddenRight * height;
}

/** @returns the entry for what stays hidden, if anything does */
async function captureArea(
  run: CaptureRun,
  found: FoundArea,
  place: AreaPlace,
): Promise<NotCaptured | undefined> {
  const { area, url } = found;
  if (found.send !== run.page)
    return scrollAreaOmission(area, url, 'not-reached', 'it is in a frame of another site');
  if (performance.now() > place.end) return scrollAreaOmission(area, url, place.late.reason, place.late.why);
  const steps = new ScrollAreaSteps(run, found, place);
  try {
    const halt = await steps.take();
    return halt === undefined ? undefined : scrollAreaOmission(area, url, halt.reason, halt.why, steps.cover);
  } catch (error) {
    if (error instanceof CaptureCut || !(error instanceof CommandError)) throw error;
    const reason = error.code === 'TIMEOUT' ? 'timeout' : 'refused';
    return scrollAreaOmission(area, url, reason, error.message, steps.cover);
  }
}
