import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(scrypt) as (secret: string, salt: Uint8Array, length: number) => Promise<Uint8Array>;

export interface SaltedHash {
  /** Hex. */
  readonly salt: string;
  /** Hex. */
  readonly hash: string;
}

/** scrypt (RFC 7914, N = 2^14, r = 8) for secrets short enough to be searched, such as pairing codes. */
export async function hashShortSecret(secret: string): Promise<SaltedHash> {
  const salt = randomBytes(16);
  return { salt: salt.toString('hex'), hash: Buffer.from(await derive(secret, salt, 32)).toString('hex') };
}

/** Whether `secret` is the hashed one; constant time over the hash. */
export async function isShortSecret(secret: string, { salt, hash }: SaltedHash): Promise<boolean> {
  const derived = await derive(secret, Buffer.from(salt, 'hex'), 32);
  return timingSafeEqual(derived, Buffer.from(hash, 'hex'));
}

/** 32 random bytes as lower-case hexadecimal: bearer tokens and nonces. */
export function randomToken(): string {
  return randomBytes(32).toString('hex');
}

/** SHA-256 hex: enough for a token of 256 random bits. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Whether two tokens are the same; constant time. */
export function isSameToken(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(hashToken(a)), Buffer.from(hashToken(b)));
}
