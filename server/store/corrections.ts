import type { CorrectionRow } from './case-tables.ts';
import type { Database } from './database.ts';
import { inTransaction } from './in-transaction.ts';

/** Signed correction records 更正记录: what is said of a package after its seal, which they never touch. */
export interface Corrections {
  /** Stores a record and puts the package into the case; `false` when it has left `from` meanwhile. */
  assign(row: Readonly<CorrectionRow>, from: string | null, to: string | null): Promise<boolean>;
  /** Oldest first. */
  list(packageId: string): Promise<readonly Readonly<CorrectionRow>[]>;
}

export function createCorrections(db: Database): Corrections {
  return {
    assign: (row, from, to) =>
      inTransaction(db, async (tx) => {
        const { numUpdatedRows } = await tx
          .updateTable('packages')
          .set({ caseId: to })
          .where('id', '=', row.package)
          .where('caseId', from === null ? 'is' : '=', from)
          .executeTakeFirst();
        if (numUpdatedRows !== 1n) return false;
        await tx.insertInto('corrections').values(row).execute();
        return true;
      }),
    list: (packageId) =>
      db
        .selectFrom('corrections')
        .selectAll()
        .where('package', '=', packageId)
        .orderBy('at')
        .orderBy('id')
        .limit(1000)
        .execute(),
  };
}
