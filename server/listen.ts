import type { FastifyInstance } from 'fastify';
import type { ServiceConfig } from './config.ts';
import { ConfigError } from './config-error.ts';
import { systemCode } from './store/store-error.ts';

const DEFAULT_PORT = 8787;

/**
 * Listens on the configured port; without one on 8787, or a free port when that is taken.
 * @throws ConfigError PORT_IN_USE when a port that was asked for is taken
 */
export async function listenOn(
  app: FastifyInstance,
  { host, port }: Pick<ServiceConfig, 'host' | 'port'>,
): Promise<{ url: string; port: number }> {
  try {
    await app.listen({ host, port: port ?? DEFAULT_PORT });
  } catch (cause) {
    if (systemCode(cause) !== 'EADDRINUSE') throw cause;
    if (port !== undefined)
      throw new ConfigError('PORT_IN_USE', `port ${port} is taken`, { entry: '--port', cause });
    await app.listen({ host, port: 0 });
  }
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new TypeError('not a TCP address');
  const name = host === '::1' ? '[::1]' : host;
  return { url: `http://${name}:${address.port}`, port: address.port };
}
