import type { FastifyInstance, FastifyRequest } from 'fastify';
import { signInRequest } from '#shared/api/people';
import { IdentityError } from '../../identity/identity-error.ts';
import { hashToken } from '../../identity/secret-hash.ts';
import { type Credentials, checkCredentials, csrfTokenOf, openUserSession } from '../../identity/sign-in.ts';
import type { User } from '../../store/users.ts';
import { audit } from '../audit.ts';
import { callerOf } from '../caller-of.ts';
import type { HttpContext } from '../http-context.ts';
import { meAnswerOf } from '../me-answer.ts';
import { parseInput } from '../parse-input.ts';
import { clearSessionCookie, sessionTokenOf, setSessionCookie } from '../session-cookie.ts';

const config = { rateLimit: { max: 30, timeWindow: '1 minute' } };

/** POST /sign-in with a password, POST /sign-out. */
export function signInRoute(app: FastifyInstance, context: HttpContext): void {
  app.post('/sign-in', { config }, async (request, reply) => {
    const user = await judged(context, request, parseInput(signInRequest, request.body));
    const before = sessionTokenOf(request);
    if (before !== undefined) await context.intake.store.userSessions.endByToken(hashToken(before));
    const token = await openUserSession(context.intake, user, request.headers['user-agent'] ?? '');
    const csrf = csrfTokenOf(token);
    await audit(context, request, 'sign-in', { actor: { kind: 'user', user, session: '', csrf } });
    setSessionCookie(request, reply, token);
    return meAnswerOf(context, user, csrf);
  });
  app.post('/sign-out', async (request, reply) => {
    const caller = callerOf(request);
    if (caller.kind === 'user') await context.intake.store.userSessions.end(caller.session, caller.user.id);
    await audit(context, request, 'sign-out');
    clearSessionCookie(request, reply);
    return reply.code(204).send();
  });
}

/** Judges credentials; a refusal is an entry in the trail of the organisation whose user was named, if any. */
async function judged(
  context: HttpContext,
  request: FastifyRequest,
  credentials: Credentials,
): Promise<User> {
  try {
    return await checkCredentials(context.intake, credentials);
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error;
    const named = await context.intake.store.users.byName(credentials.name);
    await audit(context, request, 'sign-in-refused', {
      ...(named === undefined ? {} : { organisation: named.organisation, subject: `user:${named.id}` }),
      detail: { code: error.code },
    });
    throw error;
  }
}
