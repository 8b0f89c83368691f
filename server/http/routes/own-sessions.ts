import type { FastifyInstance } from 'fastify';
import { audit } from '../audit.ts';
import { callerOf, userOf } from '../caller-of.ts';
import type { HttpContext } from '../http-context.ts';
import { HttpError } from '../http-error.ts';
import { isoTime } from '../iso-time.ts';

/** GET /me/sessions, DELETE /me/sessions/:id. */
export function ownSessionsRoute(app: FastifyInstance, context: HttpContext): void {
  const { userSessions } = context.intake.store;
  app.get('/me/sessions', async (request) => {
    const caller = callerOf(request);
    const current = caller.kind === 'user' ? caller.session : undefined;
    const sessions = await userSessions.list(userOf(request).id, context.intake.now().getTime());
    return {
      sessions: sessions.map(({ id, agent, createdAt, seenAt, expiresAt }) => ({
        id,
        agent,
        createdAt: isoTime(createdAt),
        seenAt: isoTime(seenAt),
        expiresAt: isoTime(expiresAt),
        current: id === current,
      })),
    };
  });
  app.delete<{ Params: { id: string } }>('/me/sessions/:id', async (request, reply) => {
    const { id } = request.params;
    if (!(await userSessions.end(id, userOf(request).id)))
      throw new HttpError('SESSION_OF_NOBODY', 'no such session', { entry: id });
    await audit(context, request, 'session-revoke', { subject: `session:${id}` });
    return reply.code(204).send();
  });
}
