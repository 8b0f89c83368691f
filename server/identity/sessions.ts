import { fromBase64 } from '#shared/lib/base64';
import type { Ports } from '#shared/lib/port';
import type { Device } from '../store/devices.ts';
import type { Store } from '../store/store.ts';
import { verifyDeviceSignature } from './device-key.ts';
import { IdentityError } from './identity-error.ts';
import { hashToken, randomToken } from './secret-hash.ts';

const NONCE_LIFETIME_MS = 2 * 60_000;
const SESSION_LIFETIME_MS = 60 * 60_000;

export interface SessionContext {
  readonly store: Pick<Store, 'devices' | 'sessions'>;
  readonly ports: Ports;
  now(): Date;
}

/**
 * A nonce for a device to sign: 64 hex digits, 2 minutes, single use. A revoked device signs in too: it may still
 * deliver what was anchored before.
 * @throws IdentityError DEVICE_UNKNOWN
 */
export async function issueNonce(context: SessionContext, device: string): Promise<string> {
  await pairedDevice(context, device);
  const nonce = randomToken();
  const now = context.now().getTime();
  const row = { hash: hashToken(nonce), device, expiresAt: now + NONCE_LIFETIME_MS };
  await context.store.sessions.addNonce(row, now);
  return nonce;
}

export interface SessionRequest {
  readonly device: string;
  readonly nonce: string;
  /** Device key over `tiezheng-session/v1\n<device>\n<nonce>\n`, base64. */
  readonly signature: string;
}

/**
 * A bearer token for one hour, of which only the hash is kept.
 * @throws IdentityError DEVICE_UNKNOWN, NONCE_UNKNOWN (also expired or used), DEVICE_SIGNATURE_WRONG
 */
export async function openSession(
  context: SessionContext,
  { device: id, nonce, signature }: SessionRequest,
): Promise<{ token: string; expiresAt: Date; device: Device }> {
  const { store, ports } = context;
  const device = await pairedDevice(context, id);
  const createdAt = context.now().getTime();
  if (!(await store.sessions.takeNonce(hashToken(nonce), id, createdAt)))
    throw new IdentityError('NONCE_UNKNOWN', 'the nonce is unknown, used or expired', { entry: 'nonce' });
  const text = `tiezheng-session/v1\n${id}\n${nonce}\n`;
  await verifyDeviceSignature(ports, fromBase64(device.publicKey), text, signature);
  const token = randomToken();
  const expiresAt = createdAt + SESSION_LIFETIME_MS;
  await store.sessions.add({ tokenHash: hashToken(token), device: id, createdAt, expiresAt });
  return { token, expiresAt: new Date(expiresAt), device };
}

/**
 * The device behind a bearer token, whatever its standing.
 * @throws IdentityError SESSION_UNKNOWN
 */
export async function sessionDevice(
  { store, now }: Pick<SessionContext, 'store' | 'now'>,
  token: string,
): Promise<Device> {
  const device = await store.sessions.device(hashToken(token), now().getTime());
  if (device === undefined) throw new IdentityError('SESSION_UNKNOWN', 'the session is unknown or has ended');
  return device;
}

async function pairedDevice({ store }: SessionContext, id: string): Promise<Device> {
  const device = await store.devices.get(id);
  if (device === undefined)
    throw new IdentityError('DEVICE_UNKNOWN', 'the device is not paired', { entry: id });
  return device;
}
