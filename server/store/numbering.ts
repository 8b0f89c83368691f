import { sql } from 'kysely';
import type { Database } from './database.ts';
import type { NumberClosingRow, NumberGapRow } from './numbering-tables.ts';

type NumberClosing = Readonly<NumberClosingRow>;
export type NumberGap = Readonly<NumberGapRow>;

/** Numbers `from` to `to`, both included. */
interface MissingRange {
  readonly from: number;
  readonly to: number;
}

/** What became of the capture numbers of devices. */
export interface Numbering {
  /** Stores that a number ended without a package, unless that is known; returns what is stored. */
  close(row: NumberClosing): Promise<NumberClosing>;
  closing(device: string, sequence: number): Promise<NumberClosing | undefined>;
  hasPackage(device: string, sequence: number): Promise<boolean>;
  /** The newest `limit` closings below a number. */
  closingsBelow(device: string, sequence: number, limit: number): Promise<readonly NumberClosing[]>;
  /** Numbers below `sequence` with neither a package nor a closing; the lowest `limit` ranges. */
  missingBelow(device: string, sequence: number, limit: number): Promise<readonly MissingRange[]>;
  /** UTC ms since when the service has known that `sequence` had been given out; `undefined`: it does not. */
  knownSince(device: string, sequence: number): Promise<number | undefined>;
  /** Declared gaps that touch `[from, to]`, ascending. */
  gapsWithin(device: string, from: number, to: number): Promise<readonly NumberGap[]>;
  declareGap(row: NumberGap): Promise<void>;
}

export function createNumbering(db: Database): Numbering {
  const closings = db.selectFrom('numberClosings').selectAll();
  return {
    close: (row) =>
      db.transaction().execute(async (tx) => {
        await tx
          .insertInto('numberClosings')
          .values(row)
          .onConflict((conflict) => conflict.columns(['device', 'sequence']).doNothing())
          .execute();
        return tx
          .selectFrom('numberClosings')
          .selectAll()
          .where('device', '=', row.device)
          .where('sequence', '=', row.sequence)
          .executeTakeFirstOrThrow();
      }),
    closing: (device, sequence) =>
      closings.where('device', '=', device).where('sequence', '=', sequence).executeTakeFirst(),
    async hasPackage(device, sequence) {
      const found = await db
        .selectFrom('captures')
        .select('package')
        .where('device', '=', device)
        .where('sequence', '=', sequence)
        .executeTakeFirst();
      return found !== undefined;
    },
    closingsBelow: (device, sequence, limit) =>
      closings
        .where('device', '=', device)
        .where('sequence', '<', sequence)
        // One that was taken up again and arrived after all.
        .where((eb) =>
          eb.not(
            eb.exists(
              eb
                .selectFrom('captures')
                .select('captures.package')
                .whereRef('captures.device', '=', 'numberClosings.device')
                .whereRef('captures.sequence', '=', 'numberClosings.sequence'),
            ),
          ),
        )
        .orderBy('sequence', 'desc')
        .limit(limit)
        .execute(),
    missingBelow: (device, sequence, limit) => missingBelow(db, device, sequence, limit),
    knownSince: (device, sequence) => knownSince(db, device, sequence),
    gapsWithin: (device, from, to) =>
      db
        .selectFrom('numberGaps')
        .selectAll()
        .where('device', '=', device)
        .where('first', '<=', to)
        .where('last', '>=', from)
        .orderBy('first')
        .execute(),
    async declareGap(row) {
      await db
        .insertInto('numberGaps')
        .values(row)
        .onConflict((conflict) => conflict.columns(['device', 'first']).doNothing())
        .execute();
    },
  };
}

/** Islands and gaps: each known number is compared with the one before it. */
async function missingBelow(
  db: Database,
  device: string,
  sequence: number,
  limit: number,
): Promise<MissingRange[]> {
  const { rows } = await sql<{ before: number; sequence: number }>`
    with known as (
      select sequence from captures where device = ${device} and sequence < ${sequence}
      union select sequence from number_closings where device = ${device} and sequence < ${sequence}
      union select cast(${sequence} as bigint) as sequence
    ), placed as (
      select sequence, coalesce(lag(sequence) over (order by sequence), 0) as before from known
    )
    select before, sequence from placed where sequence - before > 1 order by sequence limit ${limit}
  `.execute(db);
  return rows.map((row) => ({ from: Number(row.before) + 1, to: Number(row.sequence) - 1 }));
}

async function knownSince(db: Database, device: string, sequence: number): Promise<number | undefined> {
  const { rows } = await sql<{ at: number | null }>`
    select min(at) as at from (
      select min(issued_at) as at from challenges where device = ${device} and sequence >= ${sequence}
      union all
      select min(closed_at) from number_closings where device = ${device} and sequence > ${sequence}
      union all
      select min(packages.received_at) from captures join packages on packages.id = captures.package
        where captures.device = ${device} and captures.sequence > ${sequence}
    ) as seen
  `.execute(db);
  const at = rows[0]?.at;
  return at === null || at === undefined ? undefined : Number(at);
}
