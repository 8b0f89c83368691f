import type { Database } from './database.ts';
import type { JobRow } from './rows.ts';

/** Jobs whose next try is not later than `now`, oldest first. */
export function dueJobs(database: Database, now: number): Promise<JobRow[]> {
  return database.jobs.where('due').belowOrEqual(now).sortBy('due');
}

/** Makes every job due at `now`: what they waited for may be there. */
export async function hurryJobs(database: Database, now: number): Promise<void> {
  await database.jobs.toCollection().modify({ due: now, tries: 0 });
}

/** Puts the next try off. */
export async function postponeJob(
  database: Database,
  capture: string,
  due: number,
  tries: number,
): Promise<void> {
  await database.jobs.update(capture, { due, tries });
}
