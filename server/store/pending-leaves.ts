import type { Database } from './database.ts';

/** Leaves that are in the log but that too few witnesses had cosigned when their append gave up. */
export interface PendingLeafRows {
  /** Index in the log. */
  get(leafHash: string): Promise<bigint | undefined>;
  put(leafHash: string, index: bigint): Promise<void>;
  delete(leafHash: string): Promise<void>;
}

export function createPendingLeaves(db: Database): PendingLeafRows {
  return {
    async get(leafHash) {
      const row = await db
        .selectFrom('pendingLeaves')
        .select('leafIndex')
        .where('leafHash', '=', leafHash)
        .executeTakeFirst();
      return row === undefined ? undefined : BigInt(row.leafIndex);
    },
    async put(leafHash, index) {
      const leafIndex = String(index);
      await db
        .insertInto('pendingLeaves')
        .values({ leafHash, leafIndex })
        .onConflict((conflict) => conflict.column('leafHash').doUpdateSet({ leafIndex }))
        .execute();
    },
    async delete(leafHash) {
      await db.deleteFrom('pendingLeaves').where('leafHash', '=', leafHash).execute();
    },
  };
}
