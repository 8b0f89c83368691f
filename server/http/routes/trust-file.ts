import type { FastifyInstance } from 'fastify';
import type { HttpContext } from '../http-context.ts';

/** GET /trust: the organisation's trust file, public. */
export function trustFileRoute(app: FastifyInstance, { trustFile }: HttpContext): void {
  app.get('/trust', async (_request, reply) => reply.type('text/plain; charset=utf-8').send(trustFile));
}
