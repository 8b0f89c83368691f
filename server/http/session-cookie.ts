import type { FastifyReply, FastifyRequest } from 'fastify';
import { USER_SESSION_MS } from '../identity/sign-in.ts';

const loopback = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/i;

/** `__Host-` makes browsers refuse the cookie from another host name or without Secure (RFC 6265bis §4.1.3.2). */
function nameFor({ headers }: FastifyRequest): string {
  return loopback.test(headers.host ?? '') ? 'tiezheng-session' : '__Host-tiezheng-session';
}

/** The session token a request carries as a cookie; `undefined` when there is none, or more than one. */
export function sessionTokenOf(request: FastifyRequest): string | undefined {
  const name = `${nameFor(request)}=`;
  const tokens = (request.headers.cookie ?? '')
    .split(/; */)
    .filter((pair) => pair.startsWith(name))
    .map((pair) => pair.slice(name.length));
  const [token] = tokens;
  return tokens.length === 1 && token !== undefined && /^[0-9a-f]{64}$/.test(token) ? token : undefined;
}

export function setSessionCookie(request: FastifyRequest, reply: FastifyReply, token: string): void {
  reply.header('set-cookie', cookie(request, token, USER_SESSION_MS / 1000));
}

export function clearSessionCookie(request: FastifyRequest, reply: FastifyReply): void {
  reply.header('set-cookie', cookie(request, '', 0));
}

function cookie(request: FastifyRequest, value: string, maxAge: number): string {
  const name = nameFor(request);
  const secure = name.startsWith('__Host-') ? '; Secure' : '';
  return `${name}=${value}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Strict${secure}`;
}
