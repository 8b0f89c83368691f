import type { FastifyRequest } from 'fastify';
import { issueInvitation, newUser } from '../identity/invitations.ts';
import type { User } from '../store/users.ts';
import { audit } from './audit.ts';
import type { HttpContext } from './http-context.ts';
import { HttpError } from './http-error.ts';
import { userAnswerOf } from './user-answer.ts';

/**
 * Stores a new user and invites them; only the answer holds the invitation.
 * @throws HttpError USER_NAME_TAKEN
 */
export async function addUser(
  context: HttpContext,
  request: FastifyRequest,
  fields: Parameters<typeof newUser>[0],
) {
  const user = newUser(fields, context.intake.now().getTime());
  if (!(await context.intake.store.users.add(user)))
    throw new HttpError('USER_NAME_TAKEN', 'the name is taken', { entry: 'name' });
  const { organisation, role, name } = user;
  await audit(context, request, 'user-add', {
    organisation,
    subject: `user:${user.id}`,
    detail: { role, name },
  });
  return invite(context, user);
}

/** A new invitation of a user, as the API answers it. */
export async function invite({ intake }: HttpContext, user: User) {
  const { token, expiresAt } = await issueInvitation(intake, user.id);
  return { user: userAnswerOf(user), invitation: token, expiresAt: expiresAt.toISOString() };
}
