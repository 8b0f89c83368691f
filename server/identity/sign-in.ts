import { randomUUID } from 'node:crypto';
import type { Store } from '../store/store.ts';
import type { User } from '../store/users.ts';
import { IdentityError } from './identity-error.ts';
import { isPassword, NOBODYS_HASH } from './password.ts';
import { hashToken, randomToken } from './secret-hash.ts';
import { totpStepOf } from './totp.ts';

/** A working day; sooner after an hour without a request. */
export const USER_SESSION_MS = 12 * 60 * 60_000;
const IDLE_MS = 60 * 60_000;
/** A row is not written for every request. */
const SEEN_EVERY_MS = 60_000;

const FREE_TRIES = 5;
const FIRST_LOCK_MS = 30_000;
const LONGEST_LOCK_MS = 60 * 60_000;

export interface PeopleContext {
  readonly store: Store;
  now(): Date;
}

export interface Credentials {
  readonly name: string;
  readonly password: string;
  readonly totp?: string | undefined;
}

/**
 * Judges name, password and, when the user has one, the code of the second factor. Takes as long for a name that is
 * not known. From the fifth failure on a name is locked for 30 s, twice as long after each further one, up to an hour.
 * @throws IdentityError SIGN_IN_LOCKED, SIGN_IN_WRONG, TOTP_REQUIRED
 */
export async function checkCredentials(context: PeopleContext, credentials: Credentials): Promise<User> {
  const { store, now } = context;
  const at = now().getTime();
  if (!(await store.signInFailures.take(credentials.name, at, lockOf)))
    throw new IdentityError('SIGN_IN_LOCKED', 'too many failures; try again later', { entry: 'name' });
  const user = await store.users.byName(credentials.name);
  const right = await isPassword(credentials.password, user?.passwordHash ?? NOBODYS_HASH);
  if (user === undefined || user.passwordHash === null || user.disabledAt !== null || !right) throw wrong();
  await checkTotp(context, user, credentials.totp);
  await store.signInFailures.clear(credentials.name);
  return user;
}

async function checkTotp({ store, now }: PeopleContext, user: User, code: string | undefined): Promise<void> {
  if (user.totpSecret === null) return;
  if (code === undefined)
    throw new IdentityError('TOTP_REQUIRED', 'the code of the second factor is missing', { entry: 'totp' });
  const step = totpStepOf(user.totpSecret, code, now().getTime());
  if (step === undefined || !(await store.users.takeTotpStep(user.id, step))) throw wrong();
}

function wrong(): IdentityError {
  return new IdentityError('SIGN_IN_WRONG', 'name, password or code is wrong');
}

function lockOf(failures: number): number {
  return failures < FREE_TRIES ? 0 : Math.min(FIRST_LOCK_MS * 2 ** (failures - FREE_TRIES), LONGEST_LOCK_MS);
}

/** A new session, always under a new token: one that was planted in the browser before stays worthless. */
export async function openUserSession(
  { store, now }: PeopleContext,
  user: User,
  agent: string,
): Promise<string> {
  const token = randomToken();
  const createdAt = now().getTime();
  await store.userSessions.add({
    id: randomUUID(),
    tokenHash: hashToken(token),
    user: user.id,
    agent: agent.slice(0, 200),
    createdAt,
    seenAt: createdAt,
    expiresAt: createdAt + USER_SESSION_MS,
  });
  return token;
}

/** The live session a cookie's token belongs to; `undefined` when there is none. */
export async function findUserSession({ store, now }: PeopleContext, token: string) {
  const at = now().getTime();
  const found = await store.userSessions.find(hashToken(token), at, at - IDLE_MS);
  if (found !== undefined && at - found.session.seenAt > SEEN_EVERY_MS)
    await store.userSessions.seen(found.session.id, at);
  return found;
}

/** The token a page sends back in a header, bound to its session; a page of another site cannot know it. */
export function csrfTokenOf(sessionToken: string): string {
  return hashToken(`csrf\n${sessionToken}`);
}
