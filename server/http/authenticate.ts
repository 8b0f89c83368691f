import type { FastifyRequest } from 'fastify';
import { IdentityError } from '../identity/identity-error.ts';
import { isSameToken } from '../identity/secret-hash.ts';
import { refuseSuspended, sessionDevice } from '../identity/sessions.ts';
import type { Device } from '../store/devices.ts';
import type { HttpContext } from './http-context.ts';
import { HttpError } from './http-error.ts';

/**
 * The device of the session a request carries as `Authorization: Bearer`, allowed to add evidence.
 * @throws HttpError CREDENTIALS_MISSING; IdentityError SESSION_UNKNOWN, DEVICE_REVOKED, DEVICE_SUSPENDED
 */
export async function requireDevice(context: HttpContext, request: FastifyRequest): Promise<Device> {
  const device = await sessionDevice(context.intake, bearerOf(request));
  refuseSuspended(device);
  return device;
}

/**
 * Who reads: a device (also a suspended one), which sees its own packages, or `admin`, who sees all.
 * @throws as `requireDevice`, save DEVICE_SUSPENDED
 */
export async function requireReader(
  context: HttpContext,
  request: FastifyRequest,
): Promise<Device | 'admin'> {
  const token = bearerOf(request);
  return isSameToken(token, context.adminToken) ? 'admin' : sessionDevice(context.intake, token);
}

/** @throws HttpError CREDENTIALS_MISSING; IdentityError ADMIN_TOKEN_WRONG */
export function requireAdmin(context: HttpContext, request: FastifyRequest): void {
  if (isSameToken(bearerOf(request), context.adminToken)) return;
  throw new IdentityError('ADMIN_TOKEN_WRONG', 'the administrator token is wrong');
}

function bearerOf({ headers }: FastifyRequest): string {
  const token = /^Bearer ([0-9a-f]{64})$/i.exec(headers.authorization ?? '')?.[1];
  if (token === undefined)
    throw new HttpError('CREDENTIALS_MISSING', 'Authorization: Bearer … is missing', {
      entry: 'authorization',
    });
  return token;
}
