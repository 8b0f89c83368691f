import type { Database } from './database.ts';
import type { UserSessionRow } from './people-tables.ts';
import type { User } from './users.ts';

type UserSession = Readonly<UserSessionRow>;

/** Sessions of people, by the SHA-256 of their cookie's token only. */
export interface UserSessions {
  /** Adds a session and forgets expired ones. */
  add(session: UserSession): Promise<void>;
  /** The live session of a user who is not disabled; idle since `idleSince` or longer counts as ended. */
  find(
    tokenHash: string,
    now: number,
    idleSince: number,
  ): Promise<{ readonly session: UserSession; readonly user: User } | undefined>;
  seen(id: string, at: number): Promise<void>;
  /** Live ones of a user, newest first. */
  list(user: string, now: number): Promise<readonly UserSession[]>;
  /** Ends one; `false` when the user has no such session. */
  end(id: string, user: string): Promise<boolean>;
  endAll(user: string): Promise<void>;
  endByToken(tokenHash: string): Promise<void>;
}

export function createUserSessions(db: Database): UserSessions {
  return {
    async add(session) {
      await db.deleteFrom('userSessions').where('expiresAt', '<=', session.createdAt).execute();
      await db.insertInto('userSessions').values(session).execute();
    },
    async find(tokenHash, now, idleSince) {
      const session = await db
        .selectFrom('userSessions')
        .selectAll()
        .where('tokenHash', '=', tokenHash)
        .where('expiresAt', '>', now)
        .where('seenAt', '>', idleSince)
        .executeTakeFirst();
      if (session === undefined) return undefined;
      const user = await db
        .selectFrom('users')
        .selectAll()
        .where('id', '=', session.user)
        .where('disabledAt', 'is', null)
        .executeTakeFirst();
      return user === undefined ? undefined : { session, user };
    },
    async seen(id, at) {
      await db.updateTable('userSessions').set({ seenAt: at }).where('id', '=', id).execute();
    },
    list: (user, now) =>
      db
        .selectFrom('userSessions')
        .selectAll()
        .where('user', '=', user)
        .where('expiresAt', '>', now)
        .orderBy('createdAt', 'desc')
        .limit(100)
        .execute(),
    async end(id, user) {
      const { numDeletedRows } = await db
        .deleteFrom('userSessions')
        .where('id', '=', id)
        .where('user', '=', user)
        .executeTakeFirst();
      return numDeletedRows === 1n;
    },
    async endAll(user) {
      await db.deleteFrom('userSessions').where('user', '=', user).execute();
    },
    async endByToken(tokenHash) {
      await db.deleteFrom('userSessions').where('tokenHash', '=', tokenHash).execute();
    },
  };
}
