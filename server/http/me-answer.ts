import type { MeAnswer } from '#shared/api/people';
import type { User } from '../store/users.ts';
import type { HttpContext } from './http-context.ts';

/** What a signed-in person is told of themselves. */
export async function meAnswerOf(
  { intake }: HttpContext,
  user: User,
  csrf: string | null,
): Promise<MeAnswer> {
  const organisation = await intake.store.organisations.get(user.organisation);
  if (organisation === undefined) throw new TypeError(`user ${user.id} has no organisation`);
  const { id, name, kind } = organisation;
  return {
    id: user.id,
    name: user.name,
    displayName: user.displayName,
    role: user.role,
    organisation: { id, name, kind },
    totp: user.totpSecret !== null,
    password: user.passwordHash !== null,
    oidc: (await intake.store.identities.of(user.id)) !== undefined,
    csrf,
  };
}
