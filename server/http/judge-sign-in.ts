import type { FastifyRequest } from 'fastify';
import { IdentityError } from '../identity/identity-error.ts';
import type { User } from '../store/users.ts';
import { audit } from './audit.ts';
import type { HttpContext } from './http-context.ts';

/**
 * Runs the judging of a sign-in; a refusal is an entry in the trail of the organisation whose user was named, if any.
 * @param named who was named, believed or not.
 * @throws IdentityError of `judge`
 */
export async function judgeSignIn<T>(
  context: HttpContext,
  request: FastifyRequest,
  judge: () => Promise<T>,
  named: () => Promise<User | undefined> = async () => undefined,
): Promise<T> {
  try {
    return await judge();
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error;
    const user = await named();
    await audit(context, request, 'sign-in-refused', {
      ...(user === undefined ? {} : { organisation: user.organisation, subject: `user:${user.id}` }),
      detail: { code: error.code },
    });
    throw error;
  }
}
