import type { SequenceStep } from '#shared/bundle/capture-record';
import { appendJournal } from './append-journal.ts';
import type { Clock } from './clock.ts';
import type { Database } from './database.ts';
import type { SequenceRow } from './rows.ts';
import { StoreError } from './store-error.ts';

/** Begins a sequence. Row and journal entry are one transaction. @throws StoreError DEVICE_MISSING */
export function beginSequence(database: Database, clock: Clock, title: string): Promise<SequenceRow> {
  const { device, sequences, journal } = database;
  return database.transaction('rw', [device, sequences, journal], async () => {
    const own = await device.get('device');
    if (own === undefined) throw new StoreError('DEVICE_MISSING', 'the device has no key yet');
    const id = `SEQ-${own.deviceId}-${clock.salt().slice(0, 8)}`;
    const row: SequenceRow = { id, title, begunAt: clock.now(), steps: [] };
    await sequences.add(row);
    await appendJournal(database, clock, 'sequence-begun', { sequence: id, title });
    return row;
  });
}

/** The sequence, when steps can still be added. @throws StoreError SEQUENCE_UNKNOWN, SEQUENCE_ENDED */
export async function openSequence(database: Database, id: string): Promise<SequenceRow> {
  const row = await database.sequences.get(id);
  if (row === undefined) throw new StoreError('SEQUENCE_UNKNOWN', `no sequence ${id}`, { entry: id });
  if (row.endedAt !== undefined) throw new StoreError('SEQUENCE_ENDED', `${id} has ended`, { entry: id });
  return row;
}

/**
 * Adds the step to its sequence; inside the transaction that takes its number. A step that is declared the last ends
 * the sequence.
 * @throws StoreError SEQUENCE_STEP_RUNNING when another step came between, and as `openSequence`
 */
export async function appendStep(
  database: Database,
  clock: Clock,
  capture: string,
  { id, index, label, last }: SequenceStep,
): Promise<void> {
  const row = await openSequence(database, id);
  if (row.steps.length + 1 !== index)
    throw new StoreError('SEQUENCE_STEP_RUNNING', `step ${index} of ${id} is taken`, { entry: id });
  const steps = [...row.steps, { capture, index, label }];
  await database.sequences.put({ ...row, steps });
  if (last === true) await close(database, clock, { ...row, steps });
}

/** Ends a sequence; its steps stay. @throws StoreError as `openSequence` */
export function endSequence(database: Database, clock: Clock, id: string): Promise<void> {
  const { sequences, journal } = database;
  return database.transaction('rw', [sequences, journal], async () => {
    await close(database, clock, await openSequence(database, id));
  });
}

async function close(database: Database, clock: Clock, row: SequenceRow): Promise<void> {
  await database.sequences.put({ ...row, endedAt: clock.now() });
  await appendJournal(database, clock, 'sequence-ended', { sequence: row.id, steps: row.steps.length });
}

/**
 * Takes the label of the last step back. What is sealed stays as it is: the journal says so, and so does the record
 * of the step that follows.
 * @throws StoreError as `openSequence`; SEQUENCE_UNKNOWN when there is no step with a label
 */
export function withdrawLabel(database: Database, clock: Clock, id: string): Promise<void> {
  const { sequences, journal } = database;
  return database.transaction('rw', [sequences, journal], async () => {
    const row = await openSequence(database, id);
    const step = row.steps.at(-1);
    if (step === undefined || step.labelWithdrawn === true)
      throw new StoreError('SEQUENCE_UNKNOWN', `${id} has no label to take back`, { entry: id });
    const steps = [...row.steps.slice(0, -1), { ...step, labelWithdrawn: true as const }];
    await sequences.put({ ...row, steps });
    const { capture, index, label } = step;
    await appendJournal(database, clock, 'sequence-label-withdrawn', { sequence: id, capture, index, label });
  });
}
