import { DerReader } from '#shared/lib/der/der-reader';
import { tag } from '#shared/lib/der/tag';
import { oid } from './oid.ts';
import { PkiError } from './pki-error.ts';

export type KeyKind = 'p256' | 'p384' | 'rsa' | 'ed25519';

const MIN_RSA_OCTETS = 2048 / 8;
const MAX_RSA_OCTETS = 8192 / 8;

/** Kinds of keys seen, by the array that holds the key: a certificate's is asked for at each of its signatures. */
const kinds = new WeakMap<Uint8Array, KeyKind>();

/**
 * Kind of a SubjectPublicKeyInfo (DER; never changed once it is handed over): named curves with uncompressed points (RFC 5480), RSA of 2048 to 8192 bits
 * (RFC 3279 §2.3.1), Ed25519 (RFC 8410).
 * @throws DerError, PkiError KEY_UNSUPPORTED
 */
export function keyKindOf(publicKey: Uint8Array): KeyKind {
  const known = kinds.get(publicKey);
  if (known !== undefined) return known;
  const kind = readKind(publicKey);
  kinds.set(publicKey, kind);
  return kind;
}

function readKind(publicKey: Uint8Array): KeyKind {
  const reader = DerReader.of(publicKey, 'public key');
  const algorithm = reader.enter();
  const bits = reader.bitOctets();
  reader.end();
  const kind = kindOf(algorithm, bits);
  algorithm.end();
  return kind;
}

function kindOf(algorithm: DerReader, bits: Uint8Array): KeyKind {
  switch (algorithm.oid()) {
    case oid.ecPublicKey:
      return curveOf(algorithm.oid(), bits);
    case oid.rsaEncryption:
      algorithm.next(tag.null);
      return requireRsa(bits);
    case oid.ed25519:
      if (bits.length !== 32) throw unsupported('Ed25519 key is not 32 bytes');
      return 'ed25519';
    default:
      throw unsupported('key algorithm');
  }
}

function curveOf(curve: string, point: Uint8Array): KeyKind {
  const kind = curve === oid.p256 ? 'p256' : curve === oid.p384 ? 'p384' : undefined;
  if (kind === undefined) throw unsupported('curve');
  if (point[0] !== 4 || point.length !== (kind === 'p256' ? 65 : 97)) throw unsupported('form of the point');
  return kind;
}

function requireRsa(bits: Uint8Array): KeyKind {
  const key = DerReader.of(bits, 'RSA key');
  const modulus = key.next(tag.integer).content;
  const exponent = key.integer();
  key.end();
  const octets = modulus[0] === 0 ? modulus.length - 1 : modulus.length;
  if ((modulus[0] ?? 0x80) >= 0x80 || octets < MIN_RSA_OCTETS || octets > MAX_RSA_OCTETS)
    throw unsupported('RSA modulus');
  if (exponent < 3n || exponent > 0xffffffffn || exponent % 2n === 0n) throw unsupported('RSA exponent');
  return 'rsa';
}

function unsupported(what: string): PkiError {
  return new PkiError('KEY_UNSUPPORTED', `${what} not supported`);
}

/** Content of the key's BIT STRING: what key identifiers and OCSP ids hash. */
export function keyBitsOf(publicKey: Uint8Array): Uint8Array {
  const reader = DerReader.of(publicKey, 'public key');
  reader.next(tag.sequence);
  return reader.bitOctets();
}
