import type { FastifyReply, FastifyRequest } from 'fastify';
import type { MeAnswer } from '#shared/api/people';
import { hashToken } from '../identity/secret-hash.ts';
import { csrfTokenOf, openUserSession } from '../identity/sign-in.ts';
import type { User } from '../store/users.ts';
import { audit } from './audit.ts';
import type { HttpContext } from './http-context.ts';
import { meAnswerOf } from './me-answer.ts';
import { sessionCookie } from './session-cookie.ts';

/**
 * Signs a user in whose proof was judged: the browser's session before, if any, ends; the new one is in its cookie.
 * @param way how the proof was given, for the audit trail.
 */
export async function startSession(
  context: HttpContext,
  request: FastifyRequest,
  reply: FastifyReply,
  user: User,
  way: 'password' | 'passkey' | 'oidc',
): Promise<MeAnswer> {
  const before = sessionCookie.read(request);
  if (before !== undefined) await context.intake.store.userSessions.endByToken(hashToken(before));
  const token = await openUserSession(context.intake, user, request.headers['user-agent'] ?? '');
  const csrf = csrfTokenOf(token);
  const actor = { kind: 'user', user, session: '', csrf } as const;
  await audit(context, request, 'sign-in', { actor, detail: { way } });
  sessionCookie.set(request, reply, token);
  return meAnswerOf(context, user, csrf);
}
