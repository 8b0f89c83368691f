import type { FastifyInstance } from 'fastify';
import { signInRequest } from '#shared/api/people';
import { IdentityError } from '../../identity/identity-error.ts';
import { checkCredentials } from '../../identity/sign-in.ts';
import { audit } from '../audit.ts';
import { callerOf } from '../caller-of.ts';
import type { HttpContext } from '../http-context.ts';
import { judgeSignIn } from '../judge-sign-in.ts';
import { parseInput } from '../parse-input.ts';
import { relyingPartyOf } from '../public-origin.ts';
import { sessionCookie } from '../session-cookie.ts';
import { startSession } from '../start-session.ts';

const config = { rateLimit: { max: 30, timeWindow: '1 minute' } };

/** GET /sign-in: the ways there are; POST /sign-in with a password; POST /sign-out. */
export function signInRoute(app: FastifyInstance, context: HttpContext): void {
  app.get('/sign-in', async (request) => ({
    organisation: context.organisation,
    passkeys: unavailable(() => relyingPartyOf(context, request)),
    oidc: context.oidc === undefined ? null : { name: context.oidc.name },
  }));
  app.post('/sign-in', { config }, async (request, reply) => {
    const credentials = parseInput(signInRequest, request.body);
    const user = await judgeSignIn(
      context,
      request,
      () => checkCredentials(context.intake, credentials),
      () => context.intake.store.users.byName(credentials.name),
    );
    return startSession(context, request, reply, user, 'password');
  });
  app.post('/sign-out', async (request, reply) => {
    const caller = callerOf(request);
    if (caller.kind === 'user') await context.intake.store.userSessions.end(caller.session, caller.user.id);
    await audit(context, request, 'sign-out');
    sessionCookie.clear(request, reply);
    return reply.code(204).send();
  });
}

function unavailable(attempt: () => unknown): { readonly code: string; readonly message: string } | null {
  try {
    attempt();
    return null;
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error;
    return { code: error.code, message: error.message };
  }
}
