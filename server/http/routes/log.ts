import type { FastifyInstance } from 'fastify';
import { LogError } from '#shared/log/log-error';
import type { HttpContext } from '../http-context.ts';
import { HttpError } from '../http-error.ts';

/** GET /log/checkpoint and GET /log/tile/…: the log as C2SP tlog-tiles names its files; public, hashes only. */
export function logRoute(app: FastifyInstance, { log }: HttpContext): void {
  app.get('/log/checkpoint', async (_request, reply) =>
    reply.type('text/plain; charset=utf-8').send(log.checkpoint()),
  );
  app.get<{ Params: { '*': string } }>('/log/tile/*', async (request, reply) => {
    const path = `tile/${request.params['*']}`;
    const bytes = await log.readTile(path).catch((cause: unknown) => {
      if (cause instanceof LogError && cause.code !== 'TILE_UNREADABLE')
        throw new HttpError('TILE_UNKNOWN', 'no such tile', { entry: path, cause });
      throw cause;
    });
    return reply
      .header('cache-control', 'public, max-age=31536000, immutable')
      .type('application/octet-stream')
      .send(bytes);
  });
}
