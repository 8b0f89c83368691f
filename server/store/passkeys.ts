import type { Database } from './database.ts';
import type { PasskeyChallengeRow, PasskeyRow } from './sign-in-tables.ts';

export type Passkey = Readonly<PasskeyRow>;

/** Passkeys of people, and the challenges of ceremonies under way. */
export interface Passkeys {
  /** `false` when the credential is known already, whoever's it is. */
  add(row: Passkey): Promise<boolean>;
  get(id: string): Promise<Passkey | undefined>;
  /** Of a user, oldest first. */
  list(user: string): Promise<readonly Passkey[]>;
  /** `false` when the user has no such passkey. */
  remove(id: string, user: string): Promise<boolean>;
  /** Notes a use; `false` when the counter is no longer the one that was judged. */
  used(id: string, counter: { readonly from: number; readonly to: number }, at: number): Promise<boolean>;
  /** Adds a challenge and forgets expired ones. */
  addChallenge(row: Readonly<PasskeyChallengeRow>, now: number): Promise<void>;
  /** Removes a challenge; whether it was there for this user (`null`: for signing in) and not expired. Single use. */
  takeChallenge(hash: string, user: string | null, now: number): Promise<boolean>;
}

export function createPasskeys(db: Database): Passkeys {
  return {
    async add(row) {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('passkeys')
        .values(row)
        .onConflict((conflict) => conflict.column('id').doNothing())
        .executeTakeFirst();
      return numInsertedOrUpdatedRows === 1n;
    },
    get: (id) => db.selectFrom('passkeys').selectAll().where('id', '=', id).executeTakeFirst(),
    list: (user) =>
      db.selectFrom('passkeys').selectAll().where('user', '=', user).orderBy('createdAt').execute(),
    async remove(id, user) {
      const { numDeletedRows } = await db
        .deleteFrom('passkeys')
        .where('id', '=', id)
        .where('user', '=', user)
        .executeTakeFirst();
      return numDeletedRows === 1n;
    },
    async used(id, { from, to }, at) {
      const { numUpdatedRows } = await db
        .updateTable('passkeys')
        .set({ counter: to, usedAt: at })
        .where('id', '=', id)
        .where('counter', '=', from)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    async addChallenge(row, now) {
      await db.deleteFrom('passkeyChallenges').where('expiresAt', '<=', now).execute();
      await db.insertInto('passkeyChallenges').values(row).execute();
    },
    async takeChallenge(hash, user, now) {
      const taken = await db
        .deleteFrom('passkeyChallenges')
        .where('hash', '=', hash)
        .returning(['user', 'expiresAt'])
        .executeTakeFirst();
      return taken !== undefined && taken.user === user && taken.expiresAt > now;
    },
  };
}
