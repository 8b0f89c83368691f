import type { SequenceStep } from '#shared/bundle/capture-record';
import type { StartCapture } from '../messages/protocol.ts';
import { dropBytes } from '../store/bodies.ts';
import { hurryJobs } from '../store/jobs.ts';
import type { CaptureRow } from '../store/rows.ts';
import { endSteps, finishedStates, readCapture, updateCapture } from '../store/update-capture.ts';
import { requestRow } from './capture-request.ts';
import { takeNumber } from './challenge.ts';
import type { InspectingContext } from './context.ts';
import { PipelineError } from './pipeline-error.ts';
import { resumeJobs } from './resume.ts';
import { type PageSource, runCapture } from './run-capture.ts';

/** The service worker's part: takes captures on, gives them up, and sees that owed work is done. */
export interface CaptureDesk {
  /**
   * Takes a number, journals it, and goes on in the background.
   * @param sequence of a step: its place, fixed before it is taken
   * @throws StoreError SEQUENCE_STEP_RUNNING; PipelineError URL_MALFORMED, TAB_NOT_CAPTURABLE, TAB_BUSY, CASE_UNKNOWN: then no number is taken
   */
  start(request: StartCapture, sequence?: SequenceStep): Promise<string>;
  /** @throws PipelineError CAPTURE_UNKNOWN, CAPTURE_NOT_RETRYABLE */
  retry(captureId: string): Promise<void>;
  /** @throws PipelineError CAPTURE_UNKNOWN, CAPTURE_NOT_DISCARDABLE */
  discard(captureId: string, reason: string): Promise<void>;
  /** What the alarm and the start of the worker call. */
  resume(): Promise<void>;
  /** As `resume`, without waiting for the turn of each job: after pairing. */
  hurry(): Promise<void>;
}

const discardable: ReadonlySet<string> = new Set([
  'draft',
  'captured',
  'anchored',
  'bundled',
  'failed',
  'refused',
]);

/** @param ready resolves when everything a previous life of the worker left half done is marked */
export function openDesk(context: InspectingContext, ready: Promise<void>): CaptureDesk {
  const { database, clock, host } = context;
  const running = new Map<string, { abort: AbortController; tabId?: number }>();

  const background = async (reserved: Awaited<ReturnType<typeof takeNumber>>, request: StartCapture) => {
    const { id } = reserved.capture;
    const abort = new AbortController();
    running.set(id, { abort, ...(request.tabId === undefined ? {} : { tabId: request.tabId }) });
    const source = sourceOf(request);
    try {
      await runCapture(context, reserved, source, abort.signal);
    } finally {
      running.delete(id);
      const { state } = await readCapture(database, id);
      if (state === 'discarded') await dropBytes(database, id);
      if (finishedStates.has(state)) await resumeJobs(context);
      else await host.finish(id);
    }
  };

  return {
    start: async (request, sequence) => {
      await ready;
      const asked = await requestRow(context, request);
      const row = sequence === undefined ? asked : { ...asked, kind: 'step' as const, sequence };
      if (request.tabId !== undefined && [...running.values()].some(({ tabId }) => tabId === request.tabId))
        throw new PipelineError('TAB_BUSY', 'this tab is being captured', { entry: String(request.tabId) });
      const reserved = await takeNumber(context, row);
      await host.wakeRegularly(true);
      void background(reserved, request);
      return reserved.capture.id;
    },
    retry: async (id) => {
      await ready;
      const row = await readCapture(database, id);
      const state = retryState(row);
      if (state === undefined || running.has(id))
        throw new PipelineError('CAPTURE_NOT_RETRYABLE', `nothing is owed to ${id}`, { entry: id });
      await updateCapture(database, clock, id, { state });
      await database.jobs.put({ capture: id, due: clock.now(), tries: 0 });
      await host.wakeRegularly(true);
      await host.finish(id);
    },
    discard: async (id, reason) => {
      await ready;
      const row = await readCapture(database, id);
      if (!discardable.has(row.state))
        throw new PipelineError('CAPTURE_NOT_DISCARDABLE', `${id} is ${row.state}`, { entry: id });
      running.get(id)?.abort.abort();
      const change = { state: 'discarded', steps: endSteps(row.steps, clock.now()) } as const;
      const detail = { reason: reason.trim().toWellFormed() };
      await updateCapture(database, clock, id, change, { event: 'capture-discarded', detail });
      await dropBytes(database, id);
      await host.wakeRegularly(true);
      void resumeJobs(context);
    },
    resume: async () => {
      await ready;
      await resumeJobs(context);
    },
    hurry: async () => {
      await ready;
      await hurryJobs(database, clock.now());
      await resumeJobs(context);
    },
  };
}

function sourceOf({ kind, url, tabId }: StartCapture): PageSource {
  if (kind === 'file') return { blank: true };
  return url === undefined ? { tabId } : { url };
}

/** Where a failed capture may go on: its bytes are stored from that state on. */
function retryState({ state, bundle, closedAt, engineEndedAt }: CaptureRow): CaptureRow['state'] | undefined {
  if (state !== 'failed') return finishedStates.has(state) ? undefined : state;
  if (bundle !== undefined) return 'bundled';
  if (closedAt !== undefined) return 'captured';
  return engineEndedAt === undefined ? undefined : 'draft';
}
