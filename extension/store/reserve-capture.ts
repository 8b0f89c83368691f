import { appendJournal } from './append-journal.ts';
import type { Clock } from './clock.ts';
import type { Database } from './database.ts';
import { requireRoom, START_BYTES } from './require-room.ts';
import type { CaptureRequestRow, CaptureRow, JournalRow, TakenWith } from './rows.ts';
import { appendStep } from './sequences.ts';
import { StoreError } from './store-error.ts';

/**
 * Takes the next capture number. Number, draft row, job and the journal entry that names the number are one
 * transaction: a crash leaves either all of them or none, so numbers have no gaps and none is used twice.
 *
 * `event` is `challenge-requested` when a challenge will be asked for, else `challenge-absent`.
 * @throws StoreError DEVICE_MISSING before `ensureDevice`; for a step as `appendStep`: then no number is taken; QUOTA_EXCEEDED
 */
export async function reserveCapture(
  database: Database,
  clock: Clock,
  event: 'challenge-requested' | 'challenge-absent',
  request: CaptureRequestRow,
  takenWith: TakenWith,
): Promise<{ capture: CaptureRow; entry: JournalRow }> {
  const { device, captures, journal, jobs, sequences } = database;
  await requireRoom(0, START_BYTES);
  return database.transaction('rw', [device, captures, journal, jobs, sequences], async () => {
    const row = await device.get('device');
    if (row === undefined) throw new StoreError('DEVICE_MISSING', 'the device has no key yet');
    const sequence = row.sequence + 1;
    await device.update('device', { sequence });
    const capture: CaptureRow = {
      id: `CAP-${row.deviceId}-${sequence}`,
      sequence,
      takenWith,
      state: 'draft',
      request,
      startedAt: clock.now(),
      secret: clock.salt(),
      steps: [],
      notCaptured: [],
      cut: false,
      anchored: false,
    };
    await captures.add(capture);
    if (request.sequence !== undefined) await appendStep(database, clock, capture.id, request.sequence);
    await jobs.add({ capture: capture.id, due: clock.now(), tries: 0 });
    const reason = event === 'challenge-absent' ? { reason: 'not-paired' } : {};
    const entry = await appendJournal(database, clock, event, { capture: capture.id, sequence, ...reason });
    return { capture, entry };
  });
}
