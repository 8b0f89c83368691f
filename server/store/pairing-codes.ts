import type { Database } from './database.ts';
import { inTransaction } from './in-transaction.ts';
import { OPERATOR } from './people-migration.ts';
import type { PairingCodeRow } from './tables.ts';

export type PairingCode = Readonly<PairingCodeRow>;

/** Without an organisation it is the operating one's. */
type NewPairingCode = Omit<PairingCode, 'organisation' | 'user'> &
  Partial<Pick<PairingCode, 'organisation' | 'user'>>;

/** Pairing codes, hashed. Few rows ever exist: comparing a code costs one scrypt each. */
export interface PairingCodes {
  /** Adds a code and forgets all but the `keep` newest. */
  add(code: NewPairingCode, keep: number): Promise<void>;
  /** Counts one try against every open code, then returns those: no more tries than allowed, however concurrent. */
  takeTry(now: number): Promise<readonly PairingCode[]>;
  /** Codes that are used, expired or void. */
  closed(now: number): Promise<readonly PairingCode[]>;
}

export function createPairingCodes(db: Database): PairingCodes {
  return {
    add: (code, keep) =>
      inTransaction(db, async (tx) => {
        await tx
          .insertInto('pairingCodes')
          .values({ organisation: OPERATOR, user: null, ...code })
          .execute();
        const newest = tx
          .selectFrom('pairingCodes')
          .select('id')
          .orderBy('createdAt', 'desc')
          .orderBy('id')
          .limit(keep);
        await tx.deleteFrom('pairingCodes').where('id', 'not in', newest).execute();
      }),
    takeTry: (now) =>
      db
        .updateTable('pairingCodes')
        .set((eb) => ({ triesLeft: eb('triesLeft', '-', 1) }))
        .where('usedAt', 'is', null)
        .where('expiresAt', '>', now)
        .where('triesLeft', '>', 0)
        .returningAll()
        .execute(),
    closed: (now) =>
      db
        .selectFrom('pairingCodes')
        .selectAll()
        .where((eb) =>
          eb.or([eb('usedAt', 'is not', null), eb('expiresAt', '<=', now), eb('triesLeft', '<=', 0)]),
        )
        .execute(),
  };
}
