import { isIPv6 } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { ServiceConfig } from './config.ts';
import { ConfigError } from './config-error.ts';
import { systemCode } from './store/store-error.ts';

const DEFAULT_PORT = 8787;
const everywhere: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** Where a service listens, and how scripts on the same machine reach it. */
export interface ListeningAt {
  /** Where people reach it. */
  readonly url: string;
  readonly port: number;
  /** Present where it speaks https: the address to connect to, and a name its certificate is for. */
  readonly tls: { readonly host: string; readonly servername: string } | undefined;
}

/**
 * Listens on the configured port; without one on 8787, or a free port when that is taken.
 * @throws ConfigError PORT_IN_USE when a port that was asked for is taken
 */
export async function listenOn(
  app: FastifyInstance,
  { listening, port, publicUrl }: Pick<ServiceConfig, 'listening' | 'port' | 'publicUrl'>,
): Promise<ListeningAt> {
  const { host, tls, names } = listening;
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
  const scheme = tls === undefined ? 'http' : 'https';
  const name = host in everywhere ? (names[0] ?? host) : host;
  const servername = names.find((one) => one !== host) ?? names[0] ?? host;
  return {
    url: publicUrl ?? `${scheme}://${isIPv6(name) ? `[${name}]` : name}:${address.port}`,
    port: address.port,
    tls: tls === undefined ? undefined : { host: everywhere[host] ?? host, servername },
  };
}
