import type { FastifyInstance } from 'fastify';
import type { HttpContext } from '../http-context.ts';
import { HttpError } from '../http-error.ts';

/** GET /health: the process answers. GET /ready: the store answers and the log has a checkpoint. */
export function healthRoute(app: FastifyInstance, { version, intake }: HttpContext): void {
  app.get('/health', async () => ({ status: 'ok', version }));
  app.get('/ready', async () => {
    try {
      await intake.store.jobs.nextDue();
      intake.log.checkpoint();
    } catch (cause) {
      throw new HttpError('NOT_READY', 'the store or the log does not answer', { cause });
    }
    return { status: 'ok', version };
  });
}
