import type { FastifyRequest } from 'fastify';
import type { Caller } from '../identity/caller.ts';
import { IdentityError } from '../identity/identity-error.ts';
import { hashToken, isSameToken } from '../identity/secret-hash.ts';
import { sessionDevice } from '../identity/sessions.ts';
import { csrfTokenOf, findUserSession } from '../identity/sign-in.ts';
import type { HttpContext } from './http-context.ts';
import { HttpError } from './http-error.ts';
import { sessionCookie } from './session-cookie.ts';

/** API tokens are told from the others by their beginning, so that leak scanners find them too. */
export const API_TOKEN_PREFIX = 'tiezheng_';

/**
 * Who sends a request: by `Authorization: Bearer` if there is one, else by the session cookie. A cookie comes along
 * with whatever a page makes the browser send; so it counts only from our own origin, and with anything but GET and
 * HEAD only together with the session's CSRF token as the header `x-csrf-token`.
 * @throws HttpError CREDENTIALS_MISSING, CSRF_REFUSED; IdentityError SESSION_UNKNOWN
 */
export async function identify(context: HttpContext, request: FastifyRequest): Promise<Caller> {
  const { authorization } = request.headers;
  if (authorization !== undefined) return byBearer(context, authorization);
  const token = sessionCookie.read(request);
  if (token === undefined)
    throw new HttpError('CREDENTIALS_MISSING', 'sign in, or send Authorization: Bearer …', {
      entry: 'authorization',
    });
  const csrf = csrfTokenOf(token);
  checkSameSite(request, csrf);
  const found = await findUserSession(context.intake, token);
  if (found === undefined) throw ended();
  return { kind: 'user', user: found.user, session: found.session.id, csrf };
}

async function byBearer({ intake, adminToken }: HttpContext, authorization: string): Promise<Caller> {
  const token = /^Bearer ((?:tiezheng_)?[0-9a-f]{64})$/i.exec(authorization)?.[1];
  if (token === undefined)
    throw new HttpError('CREDENTIALS_MISSING', 'Authorization: Bearer … is malformed', {
      entry: 'authorization',
    });
  if (isSameToken(token, adminToken)) return { kind: 'system' };
  if (!token.startsWith(API_TOKEN_PREFIX))
    return { kind: 'device', device: await sessionDevice(intake, token) };
  const found = await intake.store.apiTokens.find(hashToken(token), intake.now().getTime());
  if (found === undefined) throw ended();
  return { kind: 'token', ...found };
}

function checkSameSite({ method, headers, protocol }: FastifyRequest, csrf: string): void {
  const { origin, host } = headers;
  const site = headers['sec-fetch-site'];
  const isForeign =
    // A proxy that ends TLS makes the browser's origin https while this connection is http.
    (origin !== undefined && origin !== `${protocol}://${host}` && origin !== `https://${host}`) ||
    (site !== undefined && site !== 'same-origin' && site !== 'none');
  const isRead = method === 'GET' || method === 'HEAD';
  const sent = headers['x-csrf-token'];
  if (!isForeign && (isRead || (typeof sent === 'string' && isSameToken(sent, csrf)))) return;
  throw new HttpError('CSRF_REFUSED', 'the request does not come from a page of this service', {
    entry: 'x-csrf-token',
  });
}

function ended(): IdentityError {
  return new IdentityError('SESSION_UNKNOWN', 'the session is unknown or has ended');
}
