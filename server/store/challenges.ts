import type { Database } from './database.ts';
import type { ChallengeRow } from './tables.ts';

export type Challenge = Readonly<ChallengeRow>;

/** Challenges issued; one for each device and capture number. */
export interface Challenges {
  /** Stores a challenge unless the device has one for that number; returns the stored one. */
  add(row: Challenge): Promise<Challenge>;
  forNumber(device: string, sequence: number): Promise<Challenge | undefined>;
  byNonce(nonce: string): Promise<Challenge | undefined>;
  /** Challenges of a device below `sequence` that no accepted bundle has closed; the newest `limit`. */
  open(device: string, sequence: number, limit: number): Promise<readonly Challenge[]>;
}

export function createChallenges(db: Database): Challenges {
  const all = db.selectFrom('challenges').selectAll();
  return {
    add: (row) =>
      db.transaction().execute(async (tx) => {
        await tx
          .insertInto('challenges')
          .values(row)
          .onConflict((conflict) => conflict.columns(['device', 'sequence']).doNothing())
          .execute();
        return tx
          .selectFrom('challenges')
          .selectAll()
          .where('device', '=', row.device)
          .where('sequence', '=', row.sequence)
          .executeTakeFirstOrThrow();
      }),
    forNumber: (device, sequence) =>
      all.where('device', '=', device).where('sequence', '=', sequence).executeTakeFirst(),
    byNonce: (nonce) => all.where('nonce', '=', nonce).executeTakeFirst(),
    open: (device, sequence, limit) =>
      all
        .where('device', '=', device)
        .where('sequence', '<', sequence)
        .where('usedBy', 'is', null)
        .orderBy('sequence', 'desc')
        .limit(limit)
        .execute(),
  };
}
