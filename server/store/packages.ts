import type { Database } from './database.ts';
import { inTransaction } from './in-transaction.ts';
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
   * @param wrappedKey of its files, where they are encrypted.
   * @returns whether it was new; if not, the key is not stored.
   */
  receive(row: ReceivedPackage, wrappedKey?: string): Promise<boolean>;
  get(id: string): Promise<Package | undefined>;
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
  caseId: null,
  url: null,
  title: null,
  capturedAt: null,
};

export function createPackages(db: Database): Packages {
  const update = async (id: string, values: Partial<Package>) => {
    await db.updateTable('packages').set(values).where('id', '=', id).execute();
  };
  return {
    receive: (row, wrappedKey) => receive(db, row, wrappedKey),
    get: (id) => db.selectFrom('packages').selectAll().where('id', '=', id).executeTakeFirst(),
    setState: (id, state) => update(id, { state, waiting: null }),
    setWaiting: (id, reason) => update(id, { state: 'waiting', waiting: JSON.stringify(reason) }),
    setReceipt: (id, receipt, state) => update(id, { receipt, state, waiting: null }),
    setDone: (id, done) => update(id, { done: JSON.stringify(done) }),
    fixPreviousSeal: (id, chain) => fixPreviousSeal(db, id, chain),
    setSealed: (id, file) => setSealed(db, id, file),
  };
}

function receive(db: Database, row: ReceivedPackage, wrapped: string | undefined): Promise<boolean> {
  return inTransaction(db, async (tx) => {
    await tx
      .updateTable('uploads')
      .set({ finishedAt: row.receivedAt })
      .where('id', '=', row.upload)
      .execute();
    const { organisation } = await tx
      .selectFrom('devices')
      .select('organisation')
      .where('id', '=', row.device)
      .executeTakeFirstOrThrow();
    const { numInsertedOrUpdatedRows } = await tx
      .insertInto('packages')
      .values({ ...blank, ...row, organisation, state: 'verifying' })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows !== 1n) return false;
    if (wrapped !== undefined) await tx.insertInto('dataKeys').values({ package: row.id, wrapped }).execute();
    const found = { organisation, receivedAt: row.receivedAt, package: row.id };
    await tx
      .insertInto('packageTerms')
      .values({ kind: 'hash', term: row.sha256, ...found })
      .execute();
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

function setSealed(db: Database, id: string, file: SealedFile): Promise<void> {
  return inTransaction(db, async (tx) => {
    const { organisation, receivedAt } = await tx
      .updateTable('packages')
      .set({ ...file, state: 'sealed', waiting: null })
      .where('id', '=', id)
      .returning(['organisation', 'receivedAt'])
      .executeTakeFirstOrThrow();
    await tx
      .insertInto('packageTerms')
      .values({ kind: 'hash', term: file.sealedSha256, organisation, receivedAt, package: id })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  });
}

function fixPreviousSeal(db: Database, id: string, chain: string): Promise<string> {
  return inTransaction(db, async (tx) => {
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
