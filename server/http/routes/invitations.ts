import type { FastifyInstance } from 'fastify';
import { acceptRequest } from '#shared/api/people';
import { acceptInvitation } from '../../identity/invitations.ts';
import { audit } from '../audit.ts';
import type { HttpContext } from '../http-context.ts';
import { parseInput } from '../parse-input.ts';

const config = { rateLimit: { max: 30, timeWindow: '1 minute' } };

/** POST /invitations/accept: the invited user sets a password, once; signing in comes after. */
export function invitationsRoute(app: FastifyInstance, context: HttpContext): void {
  app.post('/invitations/accept', { config }, async (request, reply) => {
    const { token, password } = parseInput(acceptRequest, request.body);
    const { id, organisation } = await acceptInvitation(context.intake, token, password);
    await audit(context, request, 'invitation-accept', { organisation, subject: `user:${id}` });
    return reply.code(204).send();
  });
}
