import type { Database } from './database.ts';
import { inTransaction } from './in-transaction.ts';

/** Failed attempts to sign in, by the name that was typed. */
export interface SignInFailures {
  /** Until when the name is locked; 0 when it is not. */
  lockedUntil(name: string): Promise<number>;
  /**
   * Counts one failure before the attempt is judged, so that attempts at once count too.
   * @param lockOf how long, in ms, the name is locked after that many failures.
   * @returns `false` when the name is locked already.
   */
  take(name: string, now: number, lockOf: (failures: number) => number): Promise<boolean>;
  clear(name: string): Promise<void>;
}

/** A name nobody has tried for a day begins anew. */
const FORGOTTEN_AFTER_MS = 24 * 60 * 60_000;

export function createSignInFailures(db: Database): SignInFailures {
  return {
    async lockedUntil(name) {
      const row = await db
        .selectFrom('signInFailures')
        .select('lockedUntil')
        .where('name', '=', name)
        .executeTakeFirst();
      return row?.lockedUntil ?? 0;
    },
    take: (name, now, lockOf) =>
      inTransaction(db, async (tx) => {
        await tx
          .deleteFrom('signInFailures')
          .where('at', '<', now - FORGOTTEN_AFTER_MS)
          .execute();
        const known = await tx
          .selectFrom('signInFailures')
          .selectAll()
          .where('name', '=', name)
          .executeTakeFirst();
        if (known !== undefined && known.lockedUntil > now) return false;
        const failures = (known?.failures ?? 0) + 1;
        const row = { name, failures, lockedUntil: now + lockOf(failures), at: now };
        await tx
          .insertInto('signInFailures')
          .values(row)
          .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
          .execute();
        return true;
      }),
    async clear(name) {
      await db.deleteFrom('signInFailures').where('name', '=', name).execute();
    },
  };
}
