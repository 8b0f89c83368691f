import { concatBytes } from '#shared/lib/concat-bytes';
import { DerReader } from '#shared/lib/der/der-reader';
import {
  encodeBitString,
  encodeInteger,
  encodeObjectIdentifier,
  encodeSequence,
} from '#shared/lib/der/encode-der';
import { fromHex, toHex } from '#shared/lib/hex';
import { sm3 } from '#shared/lib/sm3';
import { toUtf8 } from '#shared/lib/utf8';
import { oid } from './oid.ts';
import { PkiError } from './pki-error.ts';
import { inverse, isOnSm2Curve, modulo, type Sm2Point, sm2Curve, sm2Sum } from './sm2-curve.ts';

/** The identity every signer has who was given none (GM/T 0009-2012 §10). */
const DEFAULT_ID = toUtf8('1234567812345678');
const { a, b, order, generator } = sm2Curve;

/** SubjectPublicKeyInfo (GM/T 0009-2012 §7.1), DER, of a public point. */
export function encodeSm2PublicKey({ x, y }: Sm2Point): Uint8Array {
  return encodeSequence(
    encodeSequence(encodeObjectIdentifier(oid.ecPublicKey), encodeObjectIdentifier(oid.sm2)),
    encodeBitString(concatBytes(Uint8Array.of(4), octets(x), octets(y))),
  );
}

/** @throws DerError, PkiError KEY_UNSUPPORTED for a key of another curve, or none */
export function parseSm2PublicKey(der: Uint8Array): Sm2Point {
  const reader = DerReader.of(der, 'SM2 key');
  const algorithm = reader.enter();
  const bits = reader.bitOctets();
  reader.end();
  const isSm2 = algorithm.oid() === oid.ecPublicKey && algorithm.oid() === oid.sm2;
  algorithm.end();
  const point = { x: integer(bits.subarray(1, 33)), y: integer(bits.subarray(33)) };
  if (!isSm2 || bits.length !== 65 || bits[0] !== 4 || !isOnSm2Curve(point))
    throw new PkiError('KEY_UNSUPPORTED', 'not the public key of an SM2 signer', { entry: 'SM2 key' });
  return point;
}

/**
 * Whether an SM2 signature with SM3 (GM/T 0003.2-2012, DER as in GM/T 0009-2012 §7.3) under the default identity is
 * good.
 * @throws DerError when it is no signature
 */
export function isSm2Signature(key: Sm2Point, data: Uint8Array, der: Uint8Array): boolean {
  const reader = DerReader.of(der, 'SM2 signature');
  const [r, s] = [reader.integer(), reader.integer()];
  reader.end();
  if (r < 1n || r >= order || s < 1n || s >= order) return false;
  const t = modulo(r + s, order);
  if (t === 0n) return false;
  const point = sm2Sum([
    [s, generator],
    [t, key],
  ]);
  return point !== undefined && modulo(digestOf(key, data) + point.x, order) === r;
}

/**
 * An SM2 signature with SM3 under the default identity, DER.
 * @param privateKey from 1 to the order less 2.
 * @param random gives so many unpredictable bytes; a number drawn twice would give the key away.
 */
export function signSm2(
  privateKey: bigint,
  data: Uint8Array,
  random: (length: number) => Uint8Array,
): Uint8Array {
  const digest = digestOf(sm2PublicPoint(privateKey), data);
  for (;;) {
    const k = integer(random(32));
    if (k < 1n || k >= order) continue;
    const r = modulo(digest + (sm2Sum([[k, generator]])?.x ?? 0n), order);
    const s = modulo(inverse(1n + privateKey, order) * (k - r * privateKey), order);
    if (r !== 0n && r + k !== order && s !== 0n) return encodeSequence(encodeInteger(r), encodeInteger(s));
  }
}

/** @throws PkiError KEY_UNSUPPORTED for a number that is no private key */
export function sm2PublicPoint(privateKey: bigint): Sm2Point {
  const valid = privateKey >= 1n && privateKey <= order - 2n;
  const point = valid ? sm2Sum([[privateKey, generator]]) : undefined;
  if (point === undefined)
    throw new PkiError('KEY_UNSUPPORTED', 'not an SM2 private key', { entry: 'SM2 key' });
  return point;
}

/** GM/T 0003.2-2012 §5.5 and §6.1: the digest of identity, curve and key goes before the message. */
function digestOf({ x, y }: Sm2Point, data: Uint8Array): bigint {
  const bits = Uint8Array.of(0, 8 * DEFAULT_ID.length);
  const parameters = [a, b, generator.x, generator.y, x, y].map(octets);
  return integer(sm3(concatBytes(sm3(concatBytes(bits, DEFAULT_ID, ...parameters)), data)));
}

function octets(value: bigint): Uint8Array {
  return fromHex(value.toString(16).padStart(64, '0'));
}

function integer(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${toHex(bytes)}`);
}
