import type { FastifyInstance } from 'fastify';
import type { HttpContext } from '../http-context.ts';
import { openApi } from '../openapi.ts';

/** GET /openapi.json: this interface, described. */
export function openApiRoute(app: FastifyInstance, { version }: HttpContext): void {
  const document = openApi(version);
  app.get('/openapi.json', async () => document);
}
