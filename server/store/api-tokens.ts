import type { Database } from './database.ts';
import type { ApiTokenRow } from './people-tables.ts';
import type { User } from './users.ts';

export type ApiToken = Readonly<ApiTokenRow>;

/** Tokens for programs of a user, by their SHA-256 only. */
export interface ApiTokens {
  add(row: ApiToken): Promise<void>;
  /** A token that is neither expired nor revoked, with its user, who is not disabled. */
  find(
    tokenHash: string,
    now: number,
  ): Promise<{ readonly token: ApiToken; readonly user: User } | undefined>;
  /** All of a user, newest first, at most 200. */
  list(user: string): Promise<readonly ApiToken[]>;
  /** `false` when the user has no such token; a revoked one keeps its time. */
  revoke(id: string, user: string, at: number): Promise<boolean>;
}

export function createApiTokens(db: Database): ApiTokens {
  return {
    async add(row) {
      await db.insertInto('apiTokens').values(row).execute();
    },
    async find(tokenHash, now) {
      const token = await db
        .selectFrom('apiTokens')
        .selectAll()
        .where('tokenHash', '=', tokenHash)
        .where('expiresAt', '>', now)
        .where('revokedAt', 'is', null)
        .executeTakeFirst();
      if (token === undefined) return undefined;
      const user = await db
        .selectFrom('users')
        .selectAll()
        .where('id', '=', token.user)
        .where('disabledAt', 'is', null)
        .executeTakeFirst();
      return user === undefined ? undefined : { token, user };
    },
    list: (user) =>
      db
        .selectFrom('apiTokens')
        .selectAll()
        .where('user', '=', user)
        .orderBy('createdAt', 'desc')
        .limit(200)
        .execute(),
    async revoke(id, user, at) {
      const { numUpdatedRows } = await db
        .updateTable('apiTokens')
        .set((eb) => ({ revokedAt: eb.fn.coalesce('revokedAt', eb.val(at)) }))
        .where('id', '=', id)
        .where('user', '=', user)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
  };
}
