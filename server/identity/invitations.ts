import { randomUUID } from 'node:crypto';
import { OPERATOR } from '../store/people-migration.ts';
import type { User } from '../store/users.ts';
import { IdentityError } from './identity-error.ts';
import { hashPassword } from './password.ts';
import { hashToken, randomToken } from './secret-hash.ts';
import type { PeopleContext } from './sign-in.ts';

const LIFETIME_MS = 24 * 60 * 60_000;

export interface Invitation {
  /** 64 hex digits; only the hash is kept. */
  readonly token: string;
  readonly expiresAt: Date;
}

/** A token with which a user sets the password once, within 24 h; earlier ones of the user end. */
export async function issueInvitation({ store, now }: PeopleContext, user: string): Promise<Invitation> {
  const token = randomToken();
  const expiresAt = now().getTime() + LIFETIME_MS;
  await store.users.invite(user, hashToken(token), expiresAt);
  return { token, expiresAt: new Date(expiresAt) };
}

/**
 * Sets the password of the invited user.
 * @throws IdentityError INVITATION_UNKNOWN, also when it was used or has expired
 */
export async function acceptInvitation(
  { store, now }: PeopleContext,
  token: string,
  password: string,
): Promise<User> {
  const user = await requireInvited({ store, now }, token);
  const way = { passwordHash: await hashPassword(password) };
  if ((await store.users.accept(hashToken(token), way, now().getTime())) !== 'accepted') throw unknown();
  return user;
}

/** Whose open invitation a token is. @throws IdentityError INVITATION_UNKNOWN */
export async function requireInvited({ store, now }: PeopleContext, token: string): Promise<User> {
  const user = await store.users.invited(hashToken(token), now().getTime());
  if (user === undefined) throw unknown();
  return user;
}

function unknown(): IdentityError {
  return new IdentityError('INVITATION_UNKNOWN', 'the invitation is unknown, used or has expired', {
    entry: 'token',
  });
}

/** A user as stored when made: without a password until the invitation is accepted. */
export function newUser(
  more: Pick<User, 'organisation' | 'name' | 'displayName' | 'role'> & {
    readonly certificate?: string | null;
  },
  createdAt: number,
): User {
  return {
    certificate: null,
    ...more,
    id: randomUUID(),
    passwordHash: null,
    totpSecret: null,
    totpPending: null,
    totpStep: 0,
    createdAt,
    disabledAt: null,
  };
}

/**
 * The invitation of the first administrator, for as long as nobody can sign in as one: made anew at each start, so that
 * a lost one locks nobody out.
 */
export async function inviteFirstAdministrator(context: PeopleContext): Promise<Invitation | undefined> {
  const { users } = context.store;
  if (await users.hasAdministrator(OPERATOR)) return undefined;
  return issueInvitation(context, await firstAdministrator(context));
}

async function firstAdministrator({ store: { users }, now }: PeopleContext): Promise<string> {
  const first = { organisation: OPERATOR, displayName: '管理员', role: 'administrator' } as const;
  const candidate = newUser({ ...first, name: 'admin' }, now().getTime());
  if (await users.add(candidate)) return candidate.id;
  const known = await users.byName(candidate.name);
  const isOpen = known?.role === first.role && known.organisation === OPERATOR && known.disabledAt === null;
  if (known !== undefined && isOpen) return known.id;
  const other = { ...candidate, name: `admin-${candidate.id.slice(0, 8)}` };
  await users.add(other);
  return other.id;
}
