import type { User } from '../store/users.ts';
import { IdentityError } from './identity-error.ts';
import { isPassword } from './password.ts';
import type { PeopleContext } from './sign-in.ts';

const FRESH_MS = 10 * 60_000;

/**
 * A session left open is not enough to change how its user signs in: demands the password or, from who has none, a
 * session that was begun within ten minutes.
 * @throws IdentityError SIGN_IN_WRONG, SIGN_IN_STALE
 */
export async function requireProof(
  { store, now }: PeopleContext,
  user: User,
  given: { readonly password?: string | undefined; readonly session?: string | undefined },
): Promise<void> {
  if (user.passwordHash !== null) {
    if (given.password !== undefined && (await isPassword(given.password, user.passwordHash))) return;
    throw new IdentityError('SIGN_IN_WRONG', 'the password is wrong', { entry: 'password' });
  }
  const at = now().getTime();
  const sessions = await store.userSessions.list(user.id, at);
  const session = sessions.find(({ id }) => id === given.session);
  if (session !== undefined && at - session.createdAt <= FRESH_MS) return;
  throw new IdentityError('SIGN_IN_STALE', 'sign in again first', { entry: 'session' });
}
