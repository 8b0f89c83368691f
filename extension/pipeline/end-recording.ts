import type { CaptureRow } from '../store/rows.ts';
import { endSteps, updateCapture } from '../store/update-capture.ts';
import type { FinishingContext } from './context.ts';
import { wireError } from './pipeline-error.ts';

/**
 * Marks a recording as over. One that a person stopped waits for the written record of its sound; one that ended
 * otherwise is cut, goes on by itself, and says why.
 */
export async function endRecording(
  { database, clock }: FinishingContext,
  id: string,
  end: 'asked' | 'tab-closed' | { readonly error: unknown },
): Promise<void> {
  const ended = clock.now();
  const over = ({ steps, recording }: CaptureRow, held: boolean): Partial<CaptureRow> => ({
    engineEndedAt: ended,
    steps: endSteps(steps, ended),
    ...(recording === undefined ? {} : { recording: { ...recording, held: held && recording.sound } }),
  });
  if (end === 'asked') {
    await updateCapture(database, clock, id, (row) => over(row, true), { event: 'engine-detached' });
    return;
  }
  const cutBy =
    end === 'tab-closed'
      ? ({ code: 'TAB_CLOSED', message: 'the tab was closed' } as const)
      : wireError(end.error);
  const reason = end === 'tab-closed' ? 'tab-closed' : 'engine-error';
  const omission = {
    what: 'recording',
    reason,
    detail: cutBy.message.slice(0, 2000).toWellFormed(),
  } as const;
  await updateCapture(
    database,
    clock,
    id,
    (row) => ({ ...over(row, false), cut: true, cutBy, notCaptured: [...row.notCaptured, omission] }),
    { event: 'cut-found', detail: { reason } },
  );
}
