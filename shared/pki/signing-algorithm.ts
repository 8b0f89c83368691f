import type { SignatureAlgorithm } from '#shared/lib/port';
import { type KeyKind, keyKindOf } from './public-key.ts';

const algorithms: Readonly<Record<KeyKind, SignatureAlgorithm>> = {
  p256: 'ecdsa-p256-sha256',
  p384: 'ecdsa-p384-sha384',
  rsa: 'rsa-pkcs1-sha256',
  ed25519: 'ed25519',
};

/**
 * The one algorithm this product signs with under a key of that kind.
 * @param publicKey SubjectPublicKeyInfo, DER
 * @throws DerError, PkiError KEY_UNSUPPORTED
 */
export function signingAlgorithmOf(publicKey: Uint8Array): SignatureAlgorithm {
  return algorithms[keyKindOf(publicKey)];
}
