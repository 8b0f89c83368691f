import { setTimeout as sleep } from 'node:timers/promises';
import type { Transaction } from 'kysely';
import type { Database } from './database.ts';
import { systemCode } from './store-error.ts';
import type { Tables } from './tables.ts';

/** SQLSTATE of a transaction that another one has come in between of: begun anew it may succeed. */
const COLLISIONS: readonly string[] = ['40001', '40P01'];
const TRIES = 100;
const LONGEST_PAUSE_MS = 20;

/**
 * Runs `work` in one transaction that takes effect as if it ran alone. SQLite has one writer and keeps that by itself;
 * PostgreSQL is told to (`serializable`), and refuses what it cannot order: then `work` is run again, so it must do
 * nothing but read and write through `tx`.
 */
export async function inTransaction<T>(
  db: Database,
  work: (tx: Transaction<Tables>) => Promise<T>,
): Promise<T> {
  for (let left = TRIES; ; left--) {
    try {
      return await db.transaction().setIsolationLevel('serializable').execute(work);
    } catch (error) {
      if (left <= 0 || !COLLISIONS.includes(systemCode(error) ?? '')) throw error;
      await sleep(Math.random() * LONGEST_PAUSE_MS);
    }
  }
}
