import type { NotCaptured, NotCapturedReason } from '#shared/artefact/not-captured';
import type { ErrorCode, WireError } from '#shared/view/error-code';
import { deviceMono } from '../messages/device-mono.ts';
import { withoutGaps } from '../store/recording-gaps.ts';
import type { CaptureRow } from '../store/rows.ts';
import { endSteps, updateCapture } from '../store/update-capture.ts';
import type { FinishingContext } from './context.ts';
import { wireError } from './pipeline-error.ts';

const reasons: Partial<Record<ErrorCode, NotCapturedReason>> = {
  TAB_CLOSED: 'tab-closed',
  DEBUGGER_DETACHED: 'debugger-detached',
  QUOTA_EXCEEDED: 'over-limit',
};

/**
 * Marks a recording as over, and lists what it still lacked at its end. One that a person stopped waits for the written
 * record of its sound; one that ended otherwise is cut, goes on by itself, and says why.
 */
export async function endRecording(
  { database, clock }: FinishingContext,
  id: string,
  end: 'asked' | 'tab-closed' | { readonly error: unknown },
): Promise<void> {
  const ended = clock.now();
  const over = (row: CaptureRow, held: boolean, ...further: NotCaptured[]): Partial<CaptureRow> => {
    const { recording, notCaptured } = {
      ...row,
      ...withoutGaps(row, deviceMono() - (row.recording?.beganMono ?? 0)),
    };
    return {
      engineEndedAt: ended,
      steps: endSteps(row.steps, ended),
      notCaptured: [...notCaptured, ...further],
      ...(recording === undefined ? {} : { recording: { ...recording, held: held && recording.sound } }),
    };
  };
  if (end === 'asked') {
    await updateCapture(database, clock, id, (row) => over(row, true), { event: 'engine-detached' });
    return;
  }
  const cutBy: WireError =
    end === 'tab-closed' ? { code: 'TAB_CLOSED', message: 'the tab was closed' } : wireError(end.error);
  const reason = reasons[cutBy.code] ?? 'engine-error';
  const omission = {
    what: 'recording',
    reason,
    detail: cutBy.message.slice(0, 2000).toWellFormed(),
  } as const;
  await updateCapture(database, clock, id, (row) => ({ ...over(row, false, omission), cut: true, cutBy }), {
    event: 'cut-found',
    detail: { reason },
  });
}
