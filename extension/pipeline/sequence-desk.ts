import type { SequenceStep } from '#shared/bundle/capture-record';
import { bundlePath } from '#shared/bundle/layout';
import type { AddStep } from '../messages/protocol.ts';
import { ensureDevice } from '../store/ensure-device.ts';
import type { SequenceRow } from '../store/rows.ts';
import { beginSequence, endSequence, openSequence, withdrawLabel } from '../store/sequences.ts';
import { readCapture } from '../store/update-capture.ts';
import type { CaptureDesk } from './capture-desk.ts';
import type { CapturingContext } from './context.ts';
import { PipelineError } from './pipeline-error.ts';

/** Linked captures: everything about them is stored, so a restart of worker or browser costs nothing. */
export interface SequenceDesk {
  begin(title: string): Promise<string>;
  /**
   * Captures one more step, linked to the one before by the digest of its record.
   * @throws StoreError SEQUENCE_UNKNOWN, SEQUENCE_ENDED, SEQUENCE_STEP_RUNNING, and as `CaptureDesk.start`
   */
  addStep(request: AddStep): Promise<string>;
  withdrawLabel(sequenceId: string): Promise<void>;
  end(sequenceId: string): Promise<void>;
}

/** The step before is pictured already; writing its record takes another second or two. */
const CLOSING_MS = 60_000;
const POLL_MS = 100;

export function openSequenceDesk(context: CapturingContext, desk: CaptureDesk): SequenceDesk {
  const { database, clock } = context;
  return {
    begin: async (title) => {
      await ensureDevice(database);
      return (await beginSequence(database, clock, title.toWellFormed())).id;
    },
    addStep: async ({ sequenceId, label, last, ...request }) => {
      const row = await openSequence(database, sequenceId);
      const step: SequenceStep = {
        id: sequenceId,
        title: row.title,
        index: row.steps.length + 1,
        label: label.toWellFormed(),
        previous: await predecessor(context, row),
        ...(last === true ? { last } : {}),
      };
      return await desk.start(request, step);
    },
    withdrawLabel: (id) => withdrawLabel(database, clock, id),
    end: (id) => endSequence(database, clock, id),
  };
}

/** The newest step and the digest of its record, which exists once that capture is closed. */
async function predecessor(
  { database, clock, sleep }: CapturingContext,
  { steps }: SequenceRow,
): Promise<SequenceStep['previous']> {
  const before = steps.at(-1);
  if (before === undefined) return null;
  const { capture } = before;
  const deadline = clock.now() + CLOSING_MS;
  for (;;) {
    const { state, engineEndedAt } = await readCapture(database, capture);
    if (state !== 'draft') break;
    if (engineEndedAt === undefined || clock.now() > deadline)
      throw new PipelineError('SEQUENCE_STEP_RUNNING', `${capture} is not closed`, { entry: capture });
    await sleep(POLL_MS);
  }
  const record = await database.artefacts.get([capture, bundlePath.captureRecord]);
  return {
    capture,
    record: record?.sha256 ?? null,
    ...(before.labelWithdrawn === true ? { labelWithdrawn: true } : {}),
  };
}
