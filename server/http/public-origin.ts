import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { IdentityError } from '../identity/identity-error.ts';
import type { RelyingParty } from '../identity/passkeys.ts';
import type { HttpContext } from './http-context.ts';

/** Where people reach the service: as configured, else the address a request came to; the guard has judged that. */
export function publicOriginOf(
  { publicUrl }: Pick<HttpContext, 'publicUrl'>,
  { protocol, headers }: FastifyRequest,
): string {
  return publicUrl ?? `${protocol}://${headers.host ?? ''}`;
}

/**
 * The party passkeys are made for. Browsers know them for domains only, over https or on this machine
 * (WebAuthn §5.1.3, §13.4.9).
 * @throws IdentityError PASSKEYS_UNAVAILABLE
 */
export function relyingPartyOf(context: HttpContext, request: FastifyRequest): RelyingParty {
  const origin = publicOriginOf(context, request);
  const { protocol, hostname } = new URL(origin);
  const isAddress = isIP(hostname) !== 0 || hostname.startsWith('[');
  if (isAddress || (protocol !== 'https:' && hostname !== 'localhost'))
    throw new IdentityError('PASSKEYS_UNAVAILABLE', 'passkeys need a host name and https, or localhost', {
      entry: origin,
    });
  return { id: hostname, origin, name: context.organisation };
}
