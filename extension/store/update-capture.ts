import type { NotCaptured } from '#shared/artefact/not-captured';
import type { JournalDetail, JournalEvent } from '#shared/journal/entry';
import type { CaptureState, CaptureStep } from '#shared/view/capture-view';
import { appendJournal } from './append-journal.ts';
import type { Clock } from './clock.ts';
import type { Database } from './database.ts';
import type { CaptureRow, JournalRow, NumberClosing } from './rows.ts';
import { StoreError } from './store-error.ts';

/** States in which nothing is owed any more. */
export const finishedStates: ReadonlySet<CaptureState> = new Set([
  'sealed',
  'refused',
  'failed',
  'discarded',
]);

/** The capture row. @throws StoreError CAPTURE_UNKNOWN */
export async function readCapture(database: Database, id: string): Promise<CaptureRow> {
  const row = await database.captures.get(id);
  if (row === undefined) throw new StoreError('CAPTURE_UNKNOWN', `no capture ${id}`, { entry: id });
  return row;
}

/**
 * Changes a capture row and, with `entry`, journals why, in one transaction. Reaching a finished state removes the
 * job. `change` gets the row as it is inside the transaction. A discarded capture stays as it is: a step that was
 * under way in another context must not bring it back.
 * @throws StoreError CAPTURE_UNKNOWN
 */
export function updateCapture(
  database: Database,
  clock: Clock,
  id: string,
  change: Partial<CaptureRow> | ((row: CaptureRow) => Partial<CaptureRow>),
  entry?: { event: JournalEvent; detail?: JournalDetail['detail'] },
): Promise<CaptureRow> {
  const { captures, journal, jobs } = database;
  return database.transaction('rw', [captures, journal, jobs], async () => {
    const row = await readCapture(database, id);
    if (row.state === 'discarded') return row;
    const said =
      entry === undefined
        ? undefined
        : await appendJournal(database, clock, entry.event, { capture: id, ...entry.detail });
    const closing = said === undefined ? undefined : closingOf(said);
    const next: CaptureRow = {
      ...row,
      ...(typeof change === 'function' ? change(row) : change),
      ...(closing === undefined ? {} : { closing }),
    };
    await captures.put(next);
    if (finishedStates.has(next.state)) await jobs.delete(id);
    return next;
  });
}

const closings: Partial<Record<JournalEvent, NumberClosing['outcome']>> = {
  'capture-discarded': 'discarded',
  'capture-aborted': 'aborted',
  'capture-failed': 'failed',
};

function closingOf({ event, seq, hash }: JournalRow): NumberClosing | undefined {
  const outcome = closings[event];
  return outcome === undefined ? undefined : { outcome, journalSeq: seq, journalHead: hash, told: false };
}

/** Adds one omission to the ledger of a capture. */
export function addOmission(
  database: Database,
  clock: Clock,
  id: string,
  omission: NotCaptured,
): Promise<CaptureRow> {
  return updateCapture(database, clock, id, (row) => ({ notCaptured: [...row.notCaptured, omission] }));
}

/** Marks the running step as ended and `step` as begun; the same step again only updates its progress. */
export function enterStep(
  database: Database,
  clock: Clock,
  id: string,
  step: CaptureStep,
  progress: { at?: string; done?: number; total?: number } = {},
): Promise<CaptureRow> {
  return updateCapture(database, clock, id, ({ steps }) => {
    const last = steps.at(-1);
    const before = last?.step === step ? steps.slice(0, -1) : endSteps(steps, clock.now());
    const startedAt = last?.step === step ? last.startedAt : clock.now();
    return { steps: [...before, { step, startedAt, ...progress }] };
  });
}

/** The steps with the running one ended at `now`. */
export function endSteps(steps: CaptureRow['steps'], now: number): CaptureRow['steps'] {
  return steps.map((step) => (step.endedAt === undefined ? { ...step, endedAt: now } : step));
}
