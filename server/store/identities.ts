import type { Database } from './database.ts';
import { inTransaction } from './in-transaction.ts';
import type { IdentityRow, OidcFlowRow } from './sign-in-tables.ts';
import type { User } from './users.ts';

/** Who of the service is who at an identity provider, and sign-ins under way there. */
export interface Identities {
  /** Binds a user, who has one identity, to `(issuer, subject)`; `false` when that is somebody else's. */
  link(row: Readonly<IdentityRow>): Promise<boolean>;
  /** `false` when the user has none. */
  unlink(user: string): Promise<boolean>;
  of(user: string): Promise<Readonly<IdentityRow> | undefined>;
  /** The user with this identity who is not disabled. */
  user(issuer: string, subject: string): Promise<User | undefined>;
  /** Adds a flow and forgets expired ones. */
  addFlow(row: Readonly<OidcFlowRow>, now: number): Promise<void>;
  /** Removes and returns a flow that has not expired. Single use. */
  takeFlow(hash: string, now: number): Promise<Readonly<OidcFlowRow> | undefined>;
}

export function createIdentities(db: Database): Identities {
  return {
    link: (row) =>
      inTransaction(db, async (tx) => {
        const taken = await tx
          .selectFrom('identities')
          .select('user')
          .where('issuer', '=', row.issuer)
          .where('subject', '=', row.subject)
          .executeTakeFirst();
        if (taken !== undefined && taken.user !== row.user) return false;
        await tx.deleteFrom('identities').where('user', '=', row.user).execute();
        await tx.insertInto('identities').values(row).execute();
        return true;
      }),
    async unlink(user) {
      const { numDeletedRows } = await db
        .deleteFrom('identities')
        .where('user', '=', user)
        .executeTakeFirst();
      return numDeletedRows === 1n;
    },
    of: (user) => db.selectFrom('identities').selectAll().where('user', '=', user).executeTakeFirst(),
    user: (issuer, subject) =>
      db
        .selectFrom('identities')
        .innerJoin('users', 'users.id', 'identities.user')
        .selectAll('users')
        .where('identities.issuer', '=', issuer)
        .where('identities.subject', '=', subject)
        .where('users.disabledAt', 'is', null)
        .executeTakeFirst(),
    async addFlow(row, now) {
      await db.deleteFrom('oidcFlows').where('expiresAt', '<=', now).execute();
      await db.insertInto('oidcFlows').values(row).execute();
    },
    async takeFlow(hash, now) {
      const taken = await db
        .deleteFrom('oidcFlows')
        .where('hash', '=', hash)
        .returningAll()
        .executeTakeFirst();
      return taken !== undefined && taken.expiresAt > now ? taken : undefined;
    },
  };
}
