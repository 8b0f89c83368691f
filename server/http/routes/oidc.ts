import type { FastifyInstance, FastifyRequest } from 'fastify';
import { identityRequest, oidcBeginRequest, oidcFinishRequest } from '#shared/api/people';
import { IdentityError } from '../../identity/identity-error.ts';
import type { OidcClient } from '../../identity/oidc.ts';
import { beginOidcSignIn, finishOidcSignIn } from '../../identity/oidc-sign-in.ts';
import { audit } from '../audit.ts';
import { subjectOf } from '../caller-of.ts';
import type { HttpContext } from '../http-context.ts';
import { judgeSignIn } from '../judge-sign-in.ts';
import { oidcCookie } from '../oidc-cookie.ts';
import { parseInput } from '../parse-input.ts';
import { publicOriginOf } from '../public-origin.ts';
import { startSession } from '../start-session.ts';

const config = { rateLimit: { max: 30, timeWindow: '1 minute' } };

interface UserParams {
  readonly id: string;
}

/**
 * POST /oidc/begin and /oidc/finish: sign in, or accept an invitation, at the identity provider; its answer comes to
 * the page /oidc/callback. PUT, DELETE /users/:id/identity: an administrator binds a user to a subject there.
 */
export function oidcRoute(app: FastifyInstance, context: HttpContext): void {
  const { intake } = context;
  app.post('/oidc/begin', { config }, async (request, reply) => {
    const { invitation } = parseInput(oidcBeginRequest, request.body);
    const redirectUri = `${publicOriginOf(context, request)}/oidc/callback`;
    const { url, token } = await beginOidcSignIn(intake, clientOf(context), { redirectUri, invitation });
    oidcCookie.set(request, reply, token);
    return { url };
  });
  app.post('/oidc/finish', { config }, async (request, reply) => {
    const { parameters } = parseInput(oidcFinishRequest, request.body);
    const client = clientOf(context);
    const { user, accepted } = await judgeSignIn(context, request, () =>
      finishOidcSignIn(intake, client, { token: oidcCookie.read(request) ?? '', query: parameters }),
    );
    const { organisation, id } = user;
    if (accepted) await audit(context, request, 'invitation-accept', { organisation, subject: `user:${id}` });
    oidcCookie.clear(request, reply);
    return startSession(context, request, reply, user, 'oidc');
  });
  app.put<{ Params: UserParams }>('/users/:id/identity', async (request, reply) => {
    const { subject } = parseInput(identityRequest, request.body);
    const { issuer } = clientOf(context);
    const user = request.params.id;
    const row = { issuer, subject, user, createdAt: intake.now().getTime() };
    if (!(await intake.store.identities.link(row)))
      throw new IdentityError('IDENTITY_TAKEN', 'that identity is bound to somebody else', {
        entry: 'subject',
      });
    await record(request, 'identity-link');
    return reply.code(204).send();
  });
  app.delete<{ Params: UserParams }>('/users/:id/identity', async (request, reply) => {
    if (!(await intake.store.identities.unlink(request.params.id)))
      throw new IdentityError('IDENTITY_UNKNOWN', 'the user is bound to no identity', {
        entry: request.params.id,
      });
    await record(request, 'identity-unlink');
    return reply.code(204).send();
  });

  function record(
    request: FastifyRequest<{ Params: UserParams }>,
    action: 'identity-link' | 'identity-unlink',
  ): Promise<void> {
    const { organisation } = subjectOf(request);
    return audit(context, request, action, { organisation, subject: `user:${request.params.id}` });
  }
}

function clientOf({ oidc }: HttpContext): OidcClient {
  if (oidc === undefined)
    throw new IdentityError('OIDC_NOT_CONFIGURED', 'no identity provider is configured', { entry: 'oidc' });
  return oidc;
}
