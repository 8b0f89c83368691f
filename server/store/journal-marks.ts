import type { Database } from './database.ts';
import { inTransaction } from './in-transaction.ts';
import type { JournalMarkRow } from './tables.ts';

export type JournalMark = Readonly<JournalMarkRow>;

/** Journal entries devices have named to the service, by challenge requests and accepted bundles. */
export interface JournalMarks {
  /** Remembers an entry unless its number is known; returns the hash known for the number. */
  add(mark: JournalMark): Promise<string>;
  /** Known entries with numbers in `[from, to]`. */
  between(device: string, from: number, to: number): Promise<readonly JournalMark[]>;
}

export function createJournalMarks(db: Database): JournalMarks {
  return {
    add: (mark) =>
      inTransaction(db, async (tx) => {
        await tx
          .insertInto('journalMarks')
          .values(mark)
          .onConflict((conflict) => conflict.columns(['device', 'seq']).doNothing())
          .execute();
        const known = await tx
          .selectFrom('journalMarks')
          .select('hash')
          .where('device', '=', mark.device)
          .where('seq', '=', mark.seq)
          .executeTakeFirstOrThrow();
        return known.hash;
      }),
    between: (device, from, to) =>
      db
        .selectFrom('journalMarks')
        .selectAll()
        .where('device', '=', device)
        .where('seq', '>=', from)
        .where('seq', '<=', to)
        .execute(),
  };
}
