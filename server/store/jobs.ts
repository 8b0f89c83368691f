import type { Database } from './database.ts';
import { inTransaction } from './in-transaction.ts';
import type { JobRow } from './tables.ts';

export type Job = Readonly<JobRow>;

/** Packages on their way from upload to seal; a row exists until the package is sealed or refused. */
export interface Jobs {
  /** Leases the job that has been due longest to `owner`; counts the attempt. */
  claim(owner: string, now: number, leaseMs: number): Promise<Job | undefined>;
  renew(packageId: string, owner: string, until: number): Promise<void>;
  /** Gives a job back with the reason of its failure, to be tried again at `runAfter`. */
  setAside(packageId: string, error: string, runAfter: number): Promise<void>;
  finish(packageId: string): Promise<void>;
  /** Takes back every lease; only where no other process can hold one. */
  releaseAll(): Promise<void>;
  /** How many there are: never failed, or set aside after a failure. */
  counts(): Promise<{ due: number; setAside: number }>;
  /** When the next job without a lease falls due. */
  nextDue(): Promise<number | undefined>;
}

export function createJobs(db: Database): Jobs {
  return {
    claim: (owner, now, leaseMs) =>
      inTransaction(db, (tx) =>
        tx
          .updateTable('jobs')
          .set((eb) => ({ leaseOwner: owner, leaseUntil: now + leaseMs, attempts: eb('attempts', '+', 1) }))
          .where('package', '=', (eb) =>
            eb
              .selectFrom('jobs')
              .select('package')
              .where('runAfter', '<=', now)
              .where((or) => or.or([or('leaseUntil', 'is', null), or('leaseUntil', '<=', now)]))
              .orderBy('runAfter')
              .orderBy('package')
              .limit(1),
          )
          .returningAll()
          .executeTakeFirst(),
      ),
    async renew(packageId, owner, until) {
      await db
        .updateTable('jobs')
        .set({ leaseUntil: until })
        .where('package', '=', packageId)
        .where('leaseOwner', '=', owner)
        .execute();
    },
    async setAside(packageId, error, runAfter) {
      await db
        .updateTable('jobs')
        .set({ runAfter, lastError: error, leaseOwner: null, leaseUntil: null })
        .where('package', '=', packageId)
        .execute();
    },
    async finish(packageId) {
      await db.deleteFrom('jobs').where('package', '=', packageId).execute();
    },
    async releaseAll() {
      await db.updateTable('jobs').set({ leaseOwner: null, leaseUntil: null }).execute();
    },
    async counts() {
      const { due, setAside } = await db
        .selectFrom('jobs')
        .select((eb) => [
          eb.fn.countAll<number>().filterWhere('lastError', 'is', null).as('due'),
          eb.fn.countAll<number>().filterWhere('lastError', 'is not', null).as('setAside'),
        ])
        .executeTakeFirstOrThrow();
      return { due: Number(due), setAside: Number(setAside) };
    },
    async nextDue() {
      const next = await db
        .selectFrom('jobs')
        .select('runAfter')
        .where('leaseOwner', 'is', null)
        .orderBy('runAfter')
        .limit(1)
        .executeTakeFirst();
      return next?.runAfter;
    },
  };
}
