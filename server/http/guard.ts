import { isIPv6 } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EXTENSION_ORIGIN } from '#shared/api/extension-id';
import { HttpError } from './http-error.ts';

const loopbackNames = ['127.0.0.1', 'localhost', '[::1]'];

/** Headers a tus 1.0 client and the API send and read; preflights are answered with them. */
const requestHeaders =
  'authorization, content-type, tus-resumable, upload-length, upload-metadata, upload-offset, x-http-method-override';
const exposedHeaders =
  'location, tus-resumable, tus-version, tus-extension, tus-max-size, upload-length, upload-metadata, upload-offset, etag, content-disposition, retry-after, ratelimit-limit, ratelimit-remaining, ratelimit-reset';

export interface GuardOptions {
  /** Names and addresses, without ports and brackets. */
  readonly hosts: readonly string[];
  readonly origins: readonly string[];
  /** Its origin is our own, also where a proxy ends TLS. */
  readonly publicUrl: string | undefined;
}

/**
 * Runs before every route. A page elsewhere can point a browser at this service by its own name (DNS rebinding) or
 * send it requests blindly: hence only known names in `Host`, and no `Origin` but our own pages and our extension.
 */
export function createGuard({ hosts, origins, publicUrl }: GuardOptions) {
  const names = new Set([...loopbackNames, ...hosts.map(asInHostHeader)]);
  const foreign = new Set([EXTENSION_ORIGIN, ...origins]);
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const host = request.headers.host ?? '';
    if (!names.has(host.replace(/:\d+$/, '').toLowerCase()))
      throw new HttpError('HOST_REFUSED', 'this service is not known by that name', { entry: 'host' });
    const { origin } = request.headers;
    reply.header('vary', 'origin');
    if (origin === undefined || origin === publicUrl || origin === `${request.protocol}://${host}`)
      return undefined;
    if (!foreign.has(origin))
      throw new HttpError('ORIGIN_REFUSED', 'requests from that origin are refused', { entry: 'origin' });
    reply.header('access-control-allow-origin', origin);
    reply.header('access-control-expose-headers', exposedHeaders);
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined)
      return undefined;
    return preflight(request, reply);
  };
}

function preflight(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (request.headers['access-control-request-private-network'] === 'true')
    reply.header('access-control-allow-private-network', 'true');
  return reply
    .header('access-control-allow-methods', 'GET, HEAD, POST, PUT, PATCH, DELETE')
    .header('access-control-allow-headers', requestHeaders)
    .header('access-control-max-age', '600')
    .code(204)
    .send();
}

function asInHostHeader(name: string): string {
  return isIPv6(name) ? `[${name}]` : name.toLowerCase();
}
