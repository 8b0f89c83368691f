import type { CarriedChallengeFile } from '#shared/bundle/challenge';
import { appendJournal } from './append-journal.ts';
import type { Clock } from './clock.ts';
import type { Database } from './database.ts';

/**
 * Takes the oldest unused challenge of a carried-in file for a capture: marked as used and journalled in one
 * transaction, so that a crash never lets it serve twice.
 * @returns `undefined` when there is none
 */
export function takeCarried(
  database: Database,
  clock: Clock,
  capture: string,
): Promise<CarriedChallengeFile | undefined> {
  const { carried, journal } = database;
  return database.transaction('rw', [carried, journal], async () => {
    const unused = await carried.where({ usedBy: '' }).sortBy('importedAt');
    const [row] = unused;
    if (row === undefined) return undefined;
    await carried.update(row.nonce, { usedBy: capture });
    await appendJournal(database, clock, 'challenge-received', { capture, nonce: row.nonce, carried: true });
    return row.file;
  });
}
