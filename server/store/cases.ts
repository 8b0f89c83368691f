import type { CaseRow } from './case-tables.ts';
import type { Database } from './database.ts';
import { inTransaction } from './in-transaction.ts';
import { type Cursor, type Page, toPage } from './page.ts';

export type Case = Readonly<CaseRow>;

type CaseChange = Partial<Omit<Case, 'id' | 'hold' | 'organisation' | 'version' | 'createdAt' | 'createdBy'>>;

/** Whose cases are listed: those of an organisation, those shared with a notary office, or all. */
type CaseScope = { readonly organisation: string } | { readonly office: string } | { readonly all: true };

/** Cases 案件. */
export interface Cases {
  /** Stores a case unless its organisation has one of that number; returns the stored one, perhaps an earlier one. */
  add(row: Case): Promise<Case>;
  get(id: string): Promise<Case | undefined>;
  /** Newest first. */
  list(scope: CaseScope, limit: number, after?: Cursor): Promise<Page<Case>>;
  /** Whose numbers begin with `prefix`, by number. */
  search(scope: CaseScope, prefix: string, limit: number, after?: Cursor): Promise<Page<Case>>;
  byNumber(organisation: string, number: string): Promise<Case | undefined>;
  /** Changes version `version` into the next; `stale` when another change came first. */
  change(id: string, version: number, values: CaseChange): Promise<'changed' | 'stale' | 'number-taken'>;
  /** Notary offices a case is shared with. */
  offices(id: string): Promise<readonly string[]>;
  share(id: string, office: string, at: number): Promise<void>;
  /** Nothing of the case may be deleted until it is released; the newest reason counts. */
  hold(id: string, reason: string): Promise<void>;
  /** `false` when it was not held. */
  release(id: string): Promise<boolean>;
  /** `false` when it was not shared with that office. */
  unshare(id: string, office: string): Promise<boolean>;
}

export function createCases(db: Database): Cases {
  const scoped = (scope: CaseScope) => {
    const all = db.selectFrom('cases').selectAll('cases');
    if ('organisation' in scope) return all.where('cases.organisation', '=', scope.organisation);
    if ('office' in scope)
      return all.where('cases.id', 'in', (eb) =>
        eb.selectFrom('caseOffices').select('case').where('caseOffices.organisation', '=', scope.office),
      );
    return all;
  };
  return {
    add: (row) =>
      inTransaction(db, async (tx) => {
        await tx
          .insertInto('cases')
          .values(row)
          .onConflict((conflict) => conflict.columns(['organisation', 'number']).doNothing())
          .execute();
        return tx
          .selectFrom('cases')
          .selectAll()
          .where('organisation', '=', row.organisation)
          .where('number', '=', row.number)
          .executeTakeFirstOrThrow();
      }),
    get: (id) => db.selectFrom('cases').selectAll().where('id', '=', id).executeTakeFirst(),
    async list(scope, limit, after) {
      let query = scoped(scope).orderBy('createdAt', 'desc').orderBy('id', 'desc');
      if (after !== undefined)
        query = query.where((eb) => eb(eb.refTuple('createdAt', 'id'), '<', eb.tuple(after.at, after.id)));
      return toPage(await query.limit(limit + 1).execute(), limit, cursorOf);
    },
    async search(scope, prefix, limit, after) {
      let query = scoped(scope)
        .where('number', '>=', prefix)
        .where('number', '<', `${prefix}\u{10FFFF}`)
        .orderBy('number')
        .orderBy('id');
      if (after !== undefined) {
        const last = await db
          .selectFrom('cases')
          .select('number')
          .where('id', '=', after.id)
          .executeTakeFirst();
        const number = last?.number ?? '';
        // The first bound is where the index is entered.
        query = query
          .where('number', '>=', number)
          .where((eb) => eb(eb.refTuple('number', 'id'), '>', eb.tuple(number, after.id)));
      }
      return toPage(await query.limit(limit + 1).execute(), limit, cursorOf);
    },
    byNumber: (organisation, number) =>
      db
        .selectFrom('cases')
        .selectAll()
        .where('organisation', '=', organisation)
        .where('number', '=', number)
        .executeTakeFirst(),
    change: (id, version, values) => change(db, id, version, values),
    async offices(id) {
      const rows = await db.selectFrom('caseOffices').select('organisation').where('case', '=', id).execute();
      return rows.map(({ organisation }) => organisation);
    },
    async share(id, organisation, sharedAt) {
      await db
        .insertInto('caseOffices')
        .values({ case: id, organisation, sharedAt })
        .onConflict((conflict) => conflict.columns(['case', 'organisation']).doNothing())
        .execute();
    },
    async hold(id, reason) {
      await db.updateTable('cases').set({ hold: reason }).where('id', '=', id).execute();
    },
    async release(id) {
      const { numUpdatedRows } = await db
        .updateTable('cases')
        .set({ hold: null })
        .where('id', '=', id)
        .where('hold', 'is not', null)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    async unshare(id, organisation) {
      const { numDeletedRows } = await db
        .deleteFrom('caseOffices')
        .where('case', '=', id)
        .where('organisation', '=', organisation)
        .executeTakeFirst();
      return numDeletedRows === 1n;
    },
  };
}

function cursorOf({ createdAt, id }: Case): Cursor {
  return { at: createdAt, id };
}

function change(db: Database, id: string, version: number, values: CaseChange) {
  return inTransaction(db, async (tx): Promise<'changed' | 'stale' | 'number-taken'> => {
    const known = await tx.selectFrom('cases').selectAll().where('id', '=', id).executeTakeFirst();
    if (known?.version !== version) return 'stale';
    if (values.number !== undefined && values.number !== known.number) {
      const holder = await tx
        .selectFrom('cases')
        .select('id')
        .where('organisation', '=', known.organisation)
        .where('number', '=', values.number)
        .executeTakeFirst();
      if (holder !== undefined) return 'number-taken';
    }
    await tx
      .updateTable('cases')
      .set({ ...values, version: version + 1 })
      .where('id', '=', id)
      .execute();
    return 'changed';
  });
}
