import type { Database } from './database.ts';
import { inTransaction } from './in-transaction.ts';

/** A signed statement of a second look at what a package holds. */
export interface SecondLookRow {
  id: string;
  package: string;
  /** UTC ms. */
  at: number;
  /** `SecondLookFile` as JSON. */
  record: string;
  /** 1 when it goes into the package, 0 when it was made after that was fixed. */
  inSeal: number;
}

/** A package whose seal has begun: what is found from then on stands beside it. */
export interface SecondLookSealRow {
  package: string;
}

export interface SecondLooks {
  /** Stores a statement; whether it still goes into the package. */
  add(row: Omit<SecondLookRow, 'inSeal'>): Promise<boolean>;
  /** Oldest first. */
  list(packageId: string): Promise<readonly Readonly<SecondLookRow>[]>;
  /** Fixes, once, which statements go into the package; the same ones each time. Oldest first. */
  fixForSeal(packageId: string): Promise<readonly Readonly<SecondLookRow>[]>;
}

/** Listed of one package; requests are limited long before. */
const MOST = 1000;

export function createSecondLooks(db: Database): SecondLooks {
  const of = (from: Database, packageId: string) =>
    from
      .selectFrom('secondLooks')
      .selectAll()
      .where('package', '=', packageId)
      .orderBy('at')
      .orderBy('id')
      .limit(MOST);
  return {
    add: (row) =>
      inTransaction(db, async (tx) => {
        const begun = await tx
          .selectFrom('secondLookSeals')
          .select('package')
          .where('package', '=', row.package)
          .executeTakeFirst();
        const inSeal = begun === undefined;
        await tx
          .insertInto('secondLooks')
          .values({ ...row, inSeal: Number(inSeal) })
          .execute();
        return inSeal;
      }),
    list: (packageId) => of(db, packageId).execute(),
    fixForSeal: (packageId) =>
      inTransaction(db, async (tx) => {
        await tx
          .insertInto('secondLookSeals')
          .values({ package: packageId })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
        return of(tx, packageId).where('inSeal', '=', 1).execute();
      }),
  };
}
