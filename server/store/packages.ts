import type { Database } from './database.ts';
import { type Cursor, type Page, toPage } from './page.ts';
import type { PackageRow } from './tables.ts';

export type Package = Readonly<PackageRow>;

/** What is known of a package when its last byte has been stored. */
type ReceivedPackage = Pick<Package, 'id' | 'device' | 'sha256' | 'bytes' | 'upload' | 'receivedAt'>;

interface SealedFile {
  readonly sealLeaf: string;
  readonly sealedAt: number;
  readonly sealedBytes: number;
  readonly sealedSha256: string;
}

/** What keeps a package from being sealed now. */
export interface WaitingReason {
  readonly code: string;
  /** The file, step or log entry concerned. */
  readonly entry: string | null;
  readonly message: string;
}

/** Packages from their last uploaded byte on. */
export interface Packages {
  /**
   * Closes an upload: stores the package with a job to verify it, unless the package is known; one transaction.
   * @returns whether it was new.
   */
  receive(row: ReceivedPackage): Promise<boolean>;
  get(id: string): Promise<Package | undefined>;
  /** Newest first; of one device only when `device` is given. */
  list(limit: number, device?: string, after?: Cursor): Promise<Page<Package>>;
  setState(id: string, state: string): Promise<void>;
  /** The package waits, and for what. The next state ends the waiting. */
  setWaiting(id: string, reason: WaitingReason): Promise<void>;
  setReceipt(id: string, receipt: string, state: string): Promise<void>;
  setDone(id: string, done: readonly string[]): Promise<void>;
  /**
   * Fixes the predecessor of a seal, once: the newest seal leaf of the chain then, `-` when there is none. Two
   * packages of one chain sealed at the same time name the same predecessor.
   */
  fixPreviousSeal(id: string, chain: string): Promise<string>;
  setSealed(id: string, file: SealedFile): Promise<void>;
}

const blank = {
  waiting: null,
  capture: null,
  verdict: null,
  refusalCode: null,
  refusalEntry: null,
  refusalMessage: null,
  defects: '[]',
  receipt: null,
  chain: null,
  previousSeal: null,
  sealLeaf: null,
  done: '[]',
  sealedAt: null,
  sealedBytes: null,
  sealedSha256: null,
};

export function createPackages(db: Database): Packages {
  const update = async (id: string, values: Partial<Package>) => {
    await db.updateTable('packages').set(values).where('id', '=', id).execute();
  };
  return {
    receive: (row) => receive(db, row),
    get: (id) => db.selectFrom('packages').selectAll().where('id', '=', id).executeTakeFirst(),
    async list(limit, device, after) {
      let query = db.selectFrom('packages').selectAll().orderBy('receivedAt', 'desc').orderBy('id', 'desc');
      if (device !== undefined) query = query.where('device', '=', device);
      if (after !== undefined) {
        query = query.where((eb) => eb(eb.refTuple('receivedAt', 'id'), '<', eb.tuple(after.at, after.id)));
      }
      const rows = await query.limit(limit + 1).execute();
      return toPage(rows, limit, ({ receivedAt, id }) => ({ at: receivedAt, id }));
    },
    setState: (id, state) => update(id, { state, waiting: null }),
    setWaiting: (id, reason) => update(id, { state: 'waiting', waiting: JSON.stringify(reason) }),
    setReceipt: (id, receipt, state) => update(id, { receipt, state, waiting: null }),
    setDone: (id, done) => update(id, { done: JSON.stringify(done) }),
    fixPreviousSeal: (id, chain) => fixPreviousSeal(db, id, chain),
    setSealed: (id, file) => update(id, { ...file, state: 'sealed', waiting: null }),
  };
}

function receive(db: Database, row: ReceivedPackage): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    await tx
      .updateTable('uploads')
      .set({ finishedAt: row.receivedAt })
      .where('id', '=', row.upload)
      .execute();
    const { numInsertedOrUpdatedRows } = await tx
      .insertInto('packages')
      .values({ ...blank, ...row, state: 'verifying' })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows !== 1n) return false;
    await tx
      .insertInto('jobs')
      .values({
        package: row.id,
        runAfter: row.receivedAt,
        leaseOwner: null,
        leaseUntil: null,
        attempts: 0,
        lastError: null,
      })
      .execute();
    return true;
  });
}

function fixPreviousSeal(db: Database, id: string, chain: string): Promise<string> {
  return db.transaction().execute(async (tx) => {
    const { previousSeal } = await tx
      .selectFrom('packages')
      .select('previousSeal')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    if (previousSeal !== null) return previousSeal;
    const newest = await tx
      .selectFrom('packages')
      .select('sealLeaf')
      .where('chain', '=', chain)
      .where('sealLeaf', 'is not', null)
      .orderBy('sealedAt', 'desc')
      .limit(1)
      .executeTakeFirst();
    const previous = newest?.sealLeaf ?? '-';
    await tx.updateTable('packages').set({ chain, previousSeal: previous }).where('id', '=', id).execute();
    return previous;
  });
}
