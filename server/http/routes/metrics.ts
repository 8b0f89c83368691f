import type { FastifyInstance } from 'fastify';
import type { HttpContext } from '../http-context.ts';
import { createMetrics, timeRequests } from '../metrics.ts';

/** GET /metrics, administrator token only: the Prometheus text format. */
export function metricsRoute(app: FastifyInstance, { intake }: HttpContext): void {
  const registry = createMetrics(intake);
  timeRequests(app, registry);
  app.get('/metrics', async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
}
