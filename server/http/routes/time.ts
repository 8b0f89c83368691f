import type { FastifyInstance } from 'fastify';
import type { HttpContext } from '../http-context.ts';

/** GET /time: the clock of the service, for the device's offset check. */
export function timeRoute(app: FastifyInstance, { intake }: HttpContext): void {
  app.get('/time', async () => ({ now: intake.now().toISOString() }));
}
