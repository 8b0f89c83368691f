import { type AuditRecord, appendAudit } from './audit-trail.ts';
import type { DeletionRow } from './case-tables.ts';
import type { Case } from './cases.ts';
import type { Database } from './database.ts';
import { inTransaction } from './in-transaction.ts';
import type { Package } from './packages.ts';

export type Deletion = Readonly<DeletionRow>;

/** What keeps a package from being deleted. */
export type DeletionBar = 'not-over' | 'held' | 'no-case' | 'not-ended' | 'not-requested' | 'deleted';

interface DuePackage {
  readonly package: Package;
  readonly case: Case & { readonly retainUntil: string };
  readonly deletion: Deletion | undefined;
}

/** Deletions after the retention period: asked for, confirmed, done. */
export interface Deletions {
  get(packageId: string): Promise<Deletion | undefined>;
  /** Packages of an organisation, or of all, whose last day is before `day` (`YYYY-MM-DD`) and whose case is not held. */
  due(organisation: string | undefined, day: string, limit: number): Promise<readonly DuePackage[]>;
  /** What forbids deleting a package on `day`. */
  barOf(packageId: string, day: string): Promise<DeletionBar | undefined>;
  /** Keeps an earlier request. */
  request(row: Pick<Deletion, 'package' | 'reason' | 'requestedBy' | 'requestedAt'>): Promise<Deletion>;
  /** `false` when there is none that is not confirmed. */
  withdraw(packageId: string): Promise<boolean>;
  /**
   * In one transaction: looks again whether it is allowed, marks the package deleted, forgets URL and title, and records
   * who did it. From then on nothing of the package is handed out; its bytes go next.
   */
  confirm(
    packageId: string,
    day: string,
    values: { readonly tombstone: string; readonly confirmedAt: number },
    audit: AuditRecord,
  ): Promise<DeletionBar | undefined>;
  /** Confirmed ones whose bytes may still be there. */
  unfinished(limit: number): Promise<readonly Deletion[]>;
  setFile(packageId: string, file: string): Promise<void>;
  finish(packageId: string, at: number): Promise<void>;
}

export function createDeletions(db: Database): Deletions {
  const get = (packageId: string) =>
    db.selectFrom('deletions').selectAll().where('package', '=', packageId).executeTakeFirst();
  const update = async (packageId: string, values: Partial<Deletion>) => {
    await db.updateTable('deletions').set(values).where('package', '=', packageId).execute();
  };
  return {
    get,
    due: (organisation, day, limit) => due(db, organisation, day, limit),
    barOf: (packageId, day) => barOf(db, packageId, day),
    async request(row) {
      await db
        .insertInto('deletions')
        .values({ ...row, confirmedAt: null, tombstone: null, file: null, finishedAt: null })
        .onConflict((conflict) => conflict.column('package').doNothing())
        .execute();
      const stored = await get(row.package);
      if (stored === undefined) throw new TypeError('a request that was stored is gone');
      return stored;
    },
    async withdraw(packageId) {
      const { numDeletedRows } = await db
        .deleteFrom('deletions')
        .where('package', '=', packageId)
        .where('confirmedAt', 'is', null)
        .executeTakeFirst();
      return numDeletedRows === 1n;
    },
    confirm: (packageId, day, values, audit) =>
      inTransaction(db, async (tx) => {
        const bar = await barOf(tx, packageId, day);
        if (bar !== undefined) return bar;
        const { numUpdatedRows } = await tx
          .updateTable('deletions')
          .set(values)
          .where('package', '=', packageId)
          .where('confirmedAt', 'is', null)
          .executeTakeFirst();
        if (numUpdatedRows !== 1n) return 'not-requested';
        await tx
          .updateTable('packages')
          .set({ state: 'deleted', waiting: null, url: null, title: null })
          .where('id', '=', packageId)
          .execute();
        // Found by its digests and its number still, and by nothing that tells what it showed.
        await tx
          .deleteFrom('packageTerms')
          .where('package', '=', packageId)
          .where('kind', 'in', ['url', 'host'])
          .execute();
        // What was seen of it stays in no statement either; the log keeps the digests.
        await tx.deleteFrom('secondLooks').where('package', '=', packageId).execute();
        await appendAudit(tx, audit);
        return undefined;
      }),
    unfinished: (limit) =>
      db
        .selectFrom('deletions')
        .selectAll()
        .where('finishedAt', 'is', null)
        .where('confirmedAt', 'is not', null)
        .orderBy('confirmedAt')
        .limit(limit)
        .execute(),
    setFile: (packageId, file) => update(packageId, { file }),
    finish: (packageId, at) => update(packageId, { finishedAt: at }),
  };
}

async function barOf(db: Database, packageId: string, day: string): Promise<DeletionBar | undefined> {
  const found = await db
    .selectFrom('packages')
    .leftJoin('cases', 'cases.id', 'packages.caseId')
    .select(['packages.state', 'cases.retainUntil', 'cases.hold', 'packages.caseId'])
    .where('packages.id', '=', packageId)
    .executeTakeFirst();
  if (found?.state === 'deleted') return 'deleted';
  if (found?.state !== 'sealed' && found?.state !== 'refused') return 'not-ended';
  if (found.caseId === null) return 'no-case';
  if (found.hold !== null) return 'held';
  return found.retainUntil === null || found.retainUntil >= day ? 'not-over' : undefined;
}

async function due(
  db: Database,
  organisation: string | undefined,
  day: string,
  limit: number,
): Promise<readonly DuePackage[]> {
  let query = db
    .selectFrom('cases')
    .innerJoin('packages', 'packages.caseId', 'cases.id')
    .select(['packages.id', 'cases.id as case'])
    .where('cases.retainUntil', '<', day)
    .where('cases.hold', 'is', null)
    .where('packages.state', 'in', ['sealed', 'refused'])
    .orderBy('cases.retainUntil')
    .orderBy('packages.id');
  if (organisation !== undefined) query = query.where('packages.organisation', '=', organisation);
  const rows: DuePackage[] = [];
  for (const found of await query.limit(limit).execute()) {
    const [row, owner, deletion] = await Promise.all([
      db.selectFrom('packages').selectAll().where('id', '=', found.id).executeTakeFirstOrThrow(),
      db.selectFrom('cases').selectAll().where('id', '=', found.case).executeTakeFirstOrThrow(),
      db.selectFrom('deletions').selectAll().where('package', '=', found.id).executeTakeFirst(),
    ]);
    const { retainUntil } = owner;
    if (retainUntil !== null) rows.push({ package: row, case: { ...owner, retainUntil }, deletion });
  }
  return rows;
}
