import type { Database } from './database.ts';
import type { CarriedChallengeRow } from './numbering-tables.ts';

type CarriedChallenge = Readonly<CarriedChallengeRow>;

/** One-use challenges that left the service in a signed file. */
export interface CarriedChallenges {
  add(rows: readonly CarriedChallenge[]): Promise<void>;
  byNonce(nonce: string): Promise<CarriedChallenge | undefined>;
  /** How many issued for this very device no accepted bundle has used. */
  countUnused(device: string): Promise<number>;
}

export function createCarriedChallenges(db: Database): CarriedChallenges {
  return {
    async add(rows) {
      await db
        .insertInto('carriedChallenges')
        .values([...rows])
        .execute();
    },
    byNonce: (nonce) =>
      db.selectFrom('carriedChallenges').selectAll().where('nonce', '=', nonce).executeTakeFirst(),
    async countUnused(device) {
      const { count } = await db
        .selectFrom('carriedChallenges')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('device', '=', device)
        .where('usedBy', 'is', null)
        .executeTakeFirstOrThrow();
      return Number(count);
    },
  };
}
