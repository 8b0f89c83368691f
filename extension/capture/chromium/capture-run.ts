import type { NotCaptured } from '#shared/artefact/not-captured';
import { CaptureCut } from '../capture-cut.ts';
import type { CaptureLimits, CaptureRequest } from '../engine.ts';
import type { BodyInterceptor } from './body-interceptor.ts';
import { CommandError } from './command-error.ts';
import type { DebuggerTab, Send } from './debugger-tab.ts';
import type { GuardedSink } from './guarded-sink.ts';
import type { MainFrame } from './main-frame.ts';
import type { NetworkActivity } from './network-activity.ts';
import type { NetworkRecorder } from './network-recorder.ts';
import type { SecuredResponses } from './secured-responses.ts';
import type { Targets } from './targets.ts';

/** What the steps of one capture share. */
export interface CaptureRun {
  readonly request: CaptureRequest;
  readonly limits: Required<CaptureLimits>;
  readonly sink: GuardedSink;
  /** When the budget of the capture is used up; ms on the clock of performance.now. */
  readonly endsAt: number;
  readonly tab: DebuggerTab;
  /** Commands for the page itself. */
  readonly page: Send;
  readonly main: MainFrame;
  readonly targets: Targets;
  readonly recorder: NetworkRecorder;
  readonly activity: NetworkActivity;
  readonly interceptor: BodyInterceptor;
  readonly secured: SecuredResponses;
}

/**
 * Runs one step whose failure costs only what the step would have made: the failure becomes `omission` with the
 * reason filled in.
 * @returns what the step made, or undefined.
 * @throws CaptureCut when the tab is lost; errors of the sink.
 */
export async function attempt<Value>(
  { sink }: Pick<CaptureRun, 'sink'>,
  omission: Omit<NotCaptured, 'reason'>,
  step: () => Promise<Value>,
): Promise<Value | undefined> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof CaptureCut) throw error;
    sink.assertStored();
    const reason = !(error instanceof CommandError)
      ? 'engine-error'
      : error.code === 'TIMEOUT'
        ? 'timeout'
        : 'refused';
    const detail = error instanceof Error ? error.message : String(error);
    sink.omission({
      ...omission,
      reason,
      detail: [omission.detail, detail].filter(Boolean).join('; ').slice(0, 2000).toWellFormed(),
    });
    return undefined;
  }
}
