import { visibleLines } from '../page/visible-lines.ts';
import { textFile } from '../text-file.ts';
import { attempt, type CaptureRun } from './capture-run.ts';
import { type FramePlace, frameUrl } from './frame-places.ts';
import type { FrameWorld } from './frame-world.ts';

const MAX_CHARACTERS = 5_000_000;

/** Stores the visible text of one frame. @param roots its closed shadow roots. @param n number of its DOM; absent for the page as found */
export async function captureText(
  run: CaptureRun,
  place: FramePlace,
  world: FrameWorld,
  roots: readonly string[],
  n?: number,
): Promise<void> {
  const url = frameUrl(place.frame);
  const omission =
    n === undefined
      ? ({ what: 'found-set', url, detail: 'visible text' } as const)
      : ({ what: 'text', url } as const);
  await attempt(run, omission, async () => {
    const { lines, left } = await world.call(visibleLines, [MAX_CHARACTERS], { objects: roots });
    const about = { url, frame: place.frame.id };
    const bytes = textFile(lines);
    if (n === undefined) await run.sink.artefact({ kind: 'found-text', n: 1, bytes, about });
    else await run.sink.artefact({ kind: 'visible-text', n, bytes, about });
    if (left > 0)
      run.sink.omission({
        ...omission,
        reason: 'over-limit',
        detail: `visible text: ${left} characters beyond the first ${MAX_CHARACTERS}`,
      });
  });
}
