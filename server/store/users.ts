import type { Database } from './database.ts';
import { inTransaction } from './in-transaction.ts';
import { type Cursor, type Page, toPage } from './page.ts';
import type { UserRow } from './people-tables.ts';

export type User = Readonly<UserRow>;

/** People who sign in, and their open invitations. */
export interface Users {
  /** Stores a user; `false` when the name is taken. */
  add(row: User): Promise<boolean>;
  get(id: string): Promise<User | undefined>;
  byName(name: string): Promise<User | undefined>;
  /** Of one organisation, newest first. */
  list(organisation: string, limit: number, after?: Cursor): Promise<Page<User>>;
  /** Changes a user. Whoever gets another role or is disabled is signed out, and loses tokens and invitations. */
  change(
    id: string,
    values: Partial<Pick<User, 'displayName' | 'certificate' | 'role' | 'disabledAt'>>,
    now: number,
  ): Promise<void>;
  /** Stores a new password and ends every session, token and invitation given under the old one. */
  setPassword(id: string, passwordHash: string, now: number): Promise<void>;
  setTotp(id: string, values: Partial<Pick<User, 'totpSecret' | 'totpPending'>>): Promise<void>;
  /** Takes a one-time code's step; `false` when it or a later one was taken before. */
  takeTotpStep(id: string, step: number): Promise<boolean>;
  /** Stores the hash of an invitation in the place of earlier ones of the user. */
  invite(user: string, tokenHash: string, expiresAt: number): Promise<void>;
  /** The user whose open invitation this is. */
  invited(tokenHash: string, now: number): Promise<User | undefined>;
  /**
   * Makes the way to sign in new by an invitation, which ends: a password, or an identity at an identity provider. All
   * earlier ways end. `taken` when the invitation was used meanwhile, `identity-taken` when the identity is another's.
   */
  accept(
    tokenHash: string,
    way: { readonly passwordHash: string } | { readonly issuer: string; readonly subject: string },
    now: number,
  ): Promise<'accepted' | 'taken' | 'identity-taken'>;
  /** Whether somebody can sign in as administrator of the organisation. */
  hasAdministrator(organisation: string): Promise<boolean>;
}

export function createUsers(db: Database): Users {
  const all = db.selectFrom('users').selectAll();
  return {
    async add(row) {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('users')
        .values(row)
        .onConflict((conflict) => conflict.column('name').doNothing())
        .executeTakeFirst();
      return numInsertedOrUpdatedRows === 1n;
    },
    get: (id) => all.where('id', '=', id).executeTakeFirst(),
    byName: (name) => all.where('name', '=', name).executeTakeFirst(),
    async list(organisation, limit, after) {
      let query = all
        .where('organisation', '=', organisation)
        .orderBy('createdAt', 'desc')
        .orderBy('id', 'desc');
      if (after !== undefined)
        query = query.where((eb) => eb(eb.refTuple('createdAt', 'id'), '<', eb.tuple(after.at, after.id)));
      return toPage(await query.limit(limit + 1).execute(), limit, ({ createdAt, id }) => ({
        at: createdAt,
        id,
      }));
    },
    change: (id, values, now) =>
      inTransaction(db, async (tx) => {
        if (Object.keys(values).length > 0)
          await tx.updateTable('users').set(values).where('id', '=', id).execute();
        if (values.role !== undefined || typeof values.disabledAt === 'number')
          await endCredentials(tx, id, now);
      }),
    setPassword: (id, passwordHash, now) =>
      inTransaction(db, async (tx) => {
        await tx.updateTable('users').set({ passwordHash }).where('id', '=', id).execute();
        await endCredentials(tx, id, now);
      }),
    async setTotp(id, values) {
      await db.updateTable('users').set(values).where('id', '=', id).execute();
    },
    async takeTotpStep(id, step) {
      const { numUpdatedRows } = await db
        .updateTable('users')
        .set({ totpStep: step })
        .where('id', '=', id)
        .where('totpStep', '<', step)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    invite: (user, tokenHash, expiresAt) =>
      inTransaction(db, async (tx) => {
        await tx.deleteFrom('invitations').where('user', '=', user).execute();
        await tx.insertInto('invitations').values({ tokenHash, user, expiresAt }).execute();
      }),
    invited: (tokenHash, now) =>
      db
        .selectFrom('invitations')
        .innerJoin('users', 'users.id', 'invitations.user')
        .selectAll('users')
        .where('invitations.tokenHash', '=', tokenHash)
        .where('invitations.expiresAt', '>', now)
        .where('users.disabledAt', 'is', null)
        .executeTakeFirst(),
    accept: (tokenHash, way, now) =>
      inTransaction(db, async (tx) => {
        if ('subject' in way) {
          const known = tx
            .selectFrom('identities')
            .select('identities.user')
            .where('issuer', '=', way.issuer);
          const owner = await known.where('subject', '=', way.subject).executeTakeFirst();
          const invited = tx.selectFrom('invitations').select('invitations.user');
          const guest = await invited.where('tokenHash', '=', tokenHash).executeTakeFirst();
          if (owner !== undefined && guest !== undefined && owner.user !== guest.user)
            return 'identity-taken';
        }
        const taken = await tx
          .deleteFrom('invitations')
          .where('tokenHash', '=', tokenHash)
          .where('expiresAt', '>', now)
          .returning('user')
          .executeTakeFirst();
        if (taken === undefined) return 'taken';
        const { user } = taken;
        // Whoever was invited anew may have lost any of them, or somebody else may have found it.
        const passwordHash = 'passwordHash' in way ? way.passwordHash : null;
        const fresh = { passwordHash, totpSecret: null, totpPending: null };
        await tx.updateTable('users').set(fresh).where('id', '=', user).execute();
        await tx.deleteFrom('passkeys').where('user', '=', user).execute();
        await tx.deleteFrom('identities').where('user', '=', user).execute();
        if ('subject' in way)
          await tx
            .insertInto('identities')
            .values({ ...way, user, createdAt: now })
            .execute();
        await endCredentials(tx, user, now);
        return 'accepted';
      }),
    async hasAdministrator(organisation) {
      const found = await db
        .selectFrom('users')
        .select('id')
        .where('organisation', '=', organisation)
        .where('role', '=', 'administrator')
        .where('disabledAt', 'is', null)
        .where((eb) =>
          eb.or([
            eb('passwordHash', 'is not', null),
            eb('id', 'in', eb.selectFrom('identities').select('identities.user')),
          ]),
        )
        .limit(1)
        .executeTakeFirst();
      return found !== undefined;
    },
  };
}

async function endCredentials(tx: Database, user: string, now: number): Promise<void> {
  await tx.deleteFrom('userSessions').where('user', '=', user).execute();
  await tx.deleteFrom('invitations').where('user', '=', user).execute();
  await tx
    .updateTable('apiTokens')
    .set({ revokedAt: now })
    .where('user', '=', user)
    .where('revokedAt', 'is', null)
    .execute();
}
