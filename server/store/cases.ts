import type { Database } from './database.ts';
import { type Cursor, type Page, toPage } from './page.ts';
import type { CaseRow } from './tables.ts';

export type Case = Readonly<CaseRow>;

/** Cases, newest first. */
export interface Cases {
  /** Stores a case unless its number is taken; returns the stored one, which may be an earlier one. */
  add(row: Case): Promise<Case>;
  list(limit: number, after?: Cursor): Promise<Page<Case>>;
}

export function createCases(db: Database): Cases {
  return {
    add: (row) =>
      db.transaction().execute(async (tx) => {
        await tx
          .insertInto('cases')
          .values(row)
          .onConflict((conflict) => conflict.column('number').doNothing())
          .execute();
        return tx.selectFrom('cases').selectAll().where('number', '=', row.number).executeTakeFirstOrThrow();
      }),
    async list(limit, after) {
      let query = db.selectFrom('cases').selectAll().orderBy('createdAt', 'desc').orderBy('id', 'desc');
      if (after !== undefined) {
        query = query.where((eb) => eb(eb.refTuple('createdAt', 'id'), '<', eb.tuple(after.at, after.id)));
      }
      const rows = await query.limit(limit + 1).execute();
      return toPage(rows, limit, ({ createdAt, id }) => ({ at: createdAt, id }));
    },
  };
}
