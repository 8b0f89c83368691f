import type { FastifyReply, FastifyRequest } from 'fastify';

const loopback = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/i;

/** A cookie with a token of 64 hex digits that no script reads and no other site makes the browser send. */
export interface HostCookie {
  /** The token a request carries; `undefined` when there is none, or more than one. */
  read(request: FastifyRequest): string | undefined;
  set(request: FastifyRequest, reply: FastifyReply, token: string): void;
  clear(request: FastifyRequest, reply: FastifyReply): void;
}

/**
 * HttpOnly, SameSite=Strict and, but on loopback, Secure under a `__Host-` name, which browsers refuse from another
 * host name (RFC 6265bis §4.1.3.2).
 * @param maxAgeMs how long the browser keeps it.
 */
export function hostCookie(plainName: string, maxAgeMs: number): HostCookie {
  const nameFor = ({ headers }: FastifyRequest) =>
    loopback.test(headers.host ?? '') ? plainName : `__Host-${plainName}`;
  const write = (request: FastifyRequest, reply: FastifyReply, value: string, maxAge: number) => {
    const name = nameFor(request);
    const secure = name.startsWith('__Host-') ? '; Secure' : '';
    const attributes = `Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Strict${secure}`;
    reply.header('set-cookie', `${name}=${value}; ${attributes}`);
  };
  return {
    read(request) {
      const name = `${nameFor(request)}=`;
      const tokens = (request.headers.cookie ?? '')
        .split(/; */)
        .filter((pair) => pair.startsWith(name))
        .map((pair) => pair.slice(name.length));
      const [token] = tokens;
      return tokens.length === 1 && token !== undefined && /^[0-9a-f]{64}$/.test(token) ? token : undefined;
    },
    set: (request, reply, token) => write(request, reply, token, maxAgeMs / 1000),
    clear: (request, reply) => write(request, reply, '', 0),
  };
}
