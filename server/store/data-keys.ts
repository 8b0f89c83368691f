import { PostgresAdapter, sql } from 'kysely';
import type { Database } from './database.ts';
import { inTransaction } from './in-transaction.ts';

/** Wrapped keys of packages whose files are encrypted. A package without one is kept in the clear. */
export interface DataKeys {
  get(packageId: string): Promise<string | undefined>;
  /** Nobody can read the files of the package any more, wherever copies of them are. `wipe` follows. */
  destroy(packageId: string): Promise<void>;
  /**
   * Wipes destroyed keys from the files of the database. SQLite overwrites what is deleted; its log of writes is folded
   * into the file and emptied, at the next call when a reader is in the way. PostgreSQL writes the table anew.
   */
  wipe(): Promise<void>;
  /** By which the master key is told from another; `undefined` before the first use of one. */
  proof(): Promise<string | undefined>;
  setProof(wrapped: string): Promise<void>;
  /** Wraps every key anew, and the proof, in one transaction. @returns how many keys */
  rewrap(again: (packageId: string, wrapped: string) => Promise<string>, proof: string): Promise<number>;
}

const CURRENT = 'current';
const PAGE = 500;

export function createDataKeys(db: Database): DataKeys {
  const setProof = (on: Database, wrapped: string) =>
    on
      .insertInto('masterKeyProofs')
      .values({ id: CURRENT, wrapped })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ wrapped }))
      .execute();
  return {
    get: async (packageId) =>
      (await db.selectFrom('dataKeys').select('wrapped').where('package', '=', packageId).executeTakeFirst())
        ?.wrapped,
    async destroy(packageId) {
      await db.deleteFrom('dataKeys').where('package', '=', packageId).execute();
    },
    async wipe() {
      const isPostgres = db.getExecutor().adapter instanceof PostgresAdapter;
      await (isPostgres ? sql`vacuum full data_keys` : sql`pragma wal_checkpoint(truncate)`).execute(db);
    },
    proof: async () =>
      (await db.selectFrom('masterKeyProofs').select('wrapped').where('id', '=', CURRENT).executeTakeFirst())
        ?.wrapped,
    async setProof(wrapped) {
      await setProof(db, wrapped);
    },
    rewrap: (again, proof) =>
      inTransaction(db, async (tx) => {
        let count = 0;
        for (let after = ''; ; ) {
          const rows = await tx
            .selectFrom('dataKeys')
            .selectAll()
            .where('package', '>', after)
            .orderBy('package')
            .limit(PAGE)
            .execute();
          for (const row of rows)
            await tx
              .updateTable('dataKeys')
              .set({ wrapped: await again(row.package, row.wrapped) })
              .where('package', '=', row.package)
              .execute();
          count += rows.length;
          const last = rows[PAGE - 1];
          if (last === undefined) break;
          after = last.package;
        }
        await setProof(tx, proof);
        return count;
      }),
  };
}
