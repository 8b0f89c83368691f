import { nextEntry } from '#shared/journal/chain';
import type { JournalDetail, JournalEvent } from '#shared/journal/entry';
import type { Clock } from './clock.ts';
import type { Database } from './database.ts';
import type { JournalRow } from './rows.ts';

/**
 * Appends one entry. Must run inside a read-write transaction that holds `journal`: IndexedDB lets only one such
 * transaction run at a time in any context, so the chain cannot fork, and the entry is there exactly when the rows
 * written beside it are. Hashing is synchronous on purpose (awaiting WebCrypto would commit the transaction).
 */
export async function appendJournal(
  database: Database,
  clock: Clock,
  event: JournalEvent,
  detail: JournalDetail['detail'],
): Promise<JournalRow> {
  const head = await database.journal.orderBy('seq').last();
  const salted = { salt: clock.salt(), detail };
  const entry = nextEntry(head, { at: clock.now(), mono: clock.mono(), event, ...salted });
  const capture = typeof detail.capture === 'string' ? { capture: detail.capture } : {};
  const row: JournalRow = { ...entry, ...salted, ...capture };
  await database.journal.add(row);
  return row;
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
