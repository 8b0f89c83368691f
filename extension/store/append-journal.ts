import { nextEntry } from '#shared/journal/chain';
import type { JournalDetail, JournalEvent } from '#shared/journal/entry';
import type { Clock } from './clock.ts';
import type { Database } from './database.ts';
import type { JournalRow } from './rows.ts';

/** Two contexts that write at once may differ by a little. */
const NOTED_MS = 1000;
/** Within this time the contexts of one browser notice the same change. */
const SAME_STEP_MS = 600_000;

/**
 * Appends one entry, and before it one that the clock was moved, if it was. Must run inside a read-write transaction that
 * holds `journal`: IndexedDB lets only one such transaction run at a time in any context, so the chain cannot fork, and
 * the entry is there exactly when the rows written beside it are. Hashing is synchronous on purpose (awaiting anything
 * but the database would commit the transaction).
 */
export async function appendJournal(
  database: Database,
  clock: Clock,
  event: JournalEvent,
  detail: JournalDetail['detail'],
): Promise<JournalRow> {
  const newest = await database.journal.orderBy('seq').last();
  const step = movedBy(clock, newest);
  const head = step === 0 ? newest : await noteClock(database, clock, newest, step, detail.capture);
  const row = rowAfter(head, clock, event, detail);
  await database.journal.add(row);
  return row;
}

/** What this context has seen; one that began after the clock was set back sees it only by the entry before. */
function movedBy(clock: Clock, head: JournalRow | undefined): number {
  const step = clock.step();
  const back = head === undefined ? 0 : clock.now() - head.at;
  return step !== 0 || back >= -NOTED_MS ? step : back;
}

/** Journals that the clock was moved, unless another context has. @returns the newest entry */
async function noteClock(
  database: Database,
  clock: Clock,
  head: JournalRow | undefined,
  byMs: number,
  capture: unknown,
): Promise<JournalRow | undefined> {
  const last = await database.journal
    .orderBy('seq')
    .reverse()
    .filter(({ event }) => event === 'clock-changed')
    .first();
  const same =
    last !== undefined &&
    last.detail.context !== clock.context &&
    Math.abs(Number(last.detail.byMs) - byMs) < NOTED_MS &&
    Math.abs(clock.now() - last.at) < SAME_STEP_MS;
  if (same) return head;
  const named = typeof capture === 'string' ? { capture } : {};
  const row = rowAfter(head, clock, 'clock-changed', { ...named, byMs, context: clock.context });
  await database.journal.add(row);
  return row;
}

function rowAfter(
  head: JournalRow | undefined,
  clock: Clock,
  event: JournalEvent,
  detail: JournalDetail['detail'],
): JournalRow {
  const salted = { salt: clock.salt(), detail };
  const entry = nextEntry(head, { at: clock.now(), mono: clock.mono(), event, ...salted });
  const capture = typeof detail.capture === 'string' ? { capture: detail.capture } : {};
  return { ...entry, ...salted, ...capture };
}

/** `appendJournal` in a transaction of its own. */
export function journal(
  database: Database,
  clock: Clock,
  event: JournalEvent,
  detail: JournalDetail['detail'],
): Promise<JournalRow> {
  return database.transaction('rw', database.journal, () => appendJournal(database, clock, event, detail));
}
