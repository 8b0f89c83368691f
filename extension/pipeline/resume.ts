import { dueJobs } from '../store/jobs.ts';
import { withoutGaps } from '../store/recording-gaps.ts';
import type { CaptureRow } from '../store/rows.ts';
import { endSteps, updateCapture } from '../store/update-capture.ts';
import type { CapturingContext } from './context.ts';
import { keepHistory } from './keep-history.ts';
import { tellClosings } from './tell-closings.ts';

/**
 * Called once when the service worker starts: whatever it was capturing when it was ended is cut. What had been stored
 * is closed and sealed with the cut named; a capture of which nothing was stored keeps its number as a failure.
 */
export async function markCutCaptures({ database, clock, host }: CapturingContext): Promise<void> {
  const drafts = await database.captures.where({ state: 'draft' }).toArray();
  for (const draft of drafts)
    if (draft.engineEndedAt === undefined && !(await stillRecorded(draft))) await markCut(draft);

  /** A recording goes on in the offscreen document when only the service worker was ended. */
  async function stillRecorded({ id, recording }: CaptureRow): Promise<boolean> {
    if (recording === undefined) return false;
    return (await host.recorder({ type: 'is-recording', captureId: id })).recording;
  }

  async function markCut({ id, engineStarted }: CaptureRow): Promise<void> {
    const ended = clock.now();
    const reason = 'debugger-detached';
    const error = {
      code: 'CAPTURE_CUT',
      message: 'the browser or the extension was ended meanwhile',
    } as const;
    const omission = { what: 'capture', reason, detail: error.message } as const;
    await updateCapture(
      database,
      clock,
      id,
      (row) => {
        const gaps = withoutGaps(row, undefined);
        return {
          ...gaps,
          cut: true,
          engineEndedAt: ended,
          steps: endSteps(row.steps, ended),
          notCaptured: [...(gaps.notCaptured ?? row.notCaptured), omission],
          cutBy: error,
        };
      },
      { event: 'cut-found', detail: { reason } },
    );
    if (engineStarted === true) return;
    await updateCapture(
      database,
      clock,
      id,
      { state: 'failed', error },
      { event: 'capture-failed', detail: { code: error.code } },
    );
  }
}

/**
 * Hands every capture with due work to the finishing context, and tells the service of numbers that ended.
 * @returns how much is owed in all
 */
export async function resumeJobs(context: CapturingContext): Promise<number> {
  const { database, clock, host } = context;
  for (const { capture } of await dueJobs(database, clock.now())) {
    const row = await database.captures.get(capture);
    if (row === undefined) await database.jobs.delete(capture);
    else if (row.state !== 'draft' || row.engineEndedAt !== undefined) await host.finish(capture);
  }
  await keepHistory(context);
  const owed = (await database.jobs.count()) + (await tellClosings(context));
  await host.wakeRegularly(owed > 0);
  return owed;
}
