import { DerReader } from '#shared/lib/der/der-reader';
import { encodeNull, encodeObjectIdentifier, encodeSequence } from '#shared/lib/der/encode-der';
import type { DerNode } from '#shared/lib/der/parse-der';
import { tag } from '#shared/lib/der/tag';
import type { Ports, SignatureAlgorithm } from '#shared/lib/port';
import { ecdsaSignatureFromDer, ecdsaSignatureToDer } from './ecdsa-signature.ts';
import type { HashName } from './hash.ts';
import { oid } from './oid.ts';
import { PkiError } from './pki-error.ts';
import { keyKindOf } from './public-key.ts';

/** A signature algorithm as X.509 and CMS name it: without the key size. `hash` is absent where the key fixes it. */
export interface SignatureScheme {
  readonly family: 'ecdsa' | 'rsa' | 'ed25519';
  /** `undefined` for bare rsaEncryption, where the CMS digest algorithm says it (RFC 5754 §3.2). */
  readonly hash: HashName | undefined;
}

const schemes = new Map<string, SignatureScheme>([
  [oid.ecdsaWithSha256, { family: 'ecdsa', hash: 'sha256' }],
  [oid.ecdsaWithSha384, { family: 'ecdsa', hash: 'sha384' }],
  [oid.sha256WithRsa, { family: 'rsa', hash: 'sha256' }],
  [oid.sha384WithRsa, { family: 'rsa', hash: 'sha384' }],
  [oid.sha512WithRsa, { family: 'rsa', hash: 'sha512' }],
  [oid.rsaEncryption, { family: 'rsa', hash: undefined }],
  [oid.ed25519, { family: 'ed25519', hash: 'sha512' }],
]);

/**
 * Parses an AlgorithmIdentifier of a signature: parameters NULL for RSA (RFC 4055 §5), absent otherwise
 * (RFC 5758 §3.2, RFC 8410 §3).
 * @throws DerError, PkiError ALGORITHM_UNSUPPORTED
 */
export function parseSignatureScheme(node: DerNode): SignatureScheme {
  const reader = DerReader.over(node, 'signature algorithm');
  const scheme = schemes.get(reader.oid());
  if (scheme === undefined) throw new PkiError('ALGORITHM_UNSUPPORTED', 'signature algorithm not supported');
  if (scheme.family === 'rsa') reader.next(tag.null);
  reader.end();
  return scheme;
}

const identifiers: Record<SignatureAlgorithm, { oid: string; hash: HashName; ecSize?: number }> = {
  'ecdsa-p256-sha256': { oid: oid.ecdsaWithSha256, hash: 'sha256', ecSize: 32 },
  'ecdsa-p256-sha384': { oid: oid.ecdsaWithSha384, hash: 'sha384', ecSize: 32 },
  'ecdsa-p384-sha256': { oid: oid.ecdsaWithSha256, hash: 'sha256', ecSize: 48 },
  'ecdsa-p384-sha384': { oid: oid.ecdsaWithSha384, hash: 'sha384', ecSize: 48 },
  'rsa-pkcs1-sha256': { oid: oid.sha256WithRsa, hash: 'sha256' },
  'rsa-pkcs1-sha384': { oid: oid.sha384WithRsa, hash: 'sha384' },
  'rsa-pkcs1-sha512': { oid: oid.sha512WithRsa, hash: 'sha512' },
  ed25519: { oid: oid.ed25519, hash: 'sha512' },
};

/** The digest a CMS signature of this algorithm uses (Ed25519: SHA-512, RFC 8419 §3.1). */
export function hashOf(algorithm: SignatureAlgorithm): HashName {
  return identifiers[algorithm].hash;
}

/** AlgorithmIdentifier for certificates, CRLs and OCSP answers. */
export function encodeSignatureAlgorithm(algorithm: SignatureAlgorithm): Uint8Array {
  const rsa = algorithm.startsWith('rsa');
  return encodeSequence(encodeObjectIdentifier(identifiers[algorithm].oid), ...(rsa ? [encodeNull()] : []));
}

/** A signature as `Signer.sign` returns it (ECDSA raw r‖s) in the form X.509 and CMS carry. */
export function encodeSignatureValue(algorithm: SignatureAlgorithm, signature: Uint8Array): Uint8Array {
  return identifiers[algorithm].ecSize === undefined ? signature : ecdsaSignatureToDer(signature);
}

function algorithmFor(scheme: SignatureScheme, publicKey: Uint8Array): SignatureAlgorithm {
  const kind = keyKindOf(publicKey);
  const name =
    scheme.family === 'ed25519'
      ? kind
      : scheme.family === 'rsa'
        ? `${kind}-pkcs1-${scheme.hash}`
        : `ecdsa-${kind}-${scheme.hash}`;
  if (!Object.hasOwn(identifiers, name))
    throw new PkiError('ALGORITHM_MISMATCH', `a ${kind} key cannot make this signature`);
  return name as SignatureAlgorithm;
}

/**
 * Checks a signature in its X.509/CMS form (ECDSA as DER) over `data` with a SubjectPublicKeyInfo.
 * `what` names the signed structure in errors.
 * @throws DerError, PkiError KEY_UNSUPPORTED, ALGORITHM_MISMATCH, SIGNATURE_MALFORMED, SIGNATURE_INVALID
 */
export async function requireSignature(
  ports: Ports,
  what: string,
  input: { scheme: SignatureScheme; publicKey: Uint8Array; data: Uint8Array; signature: Uint8Array },
): Promise<void> {
  const { publicKey, data } = input;
  const algorithm = algorithmFor(input.scheme, publicKey);
  const { ecSize } = identifiers[algorithm];
  const signature = ecSize === undefined ? input.signature : ecdsaSignatureFromDer(input.signature, ecSize);
  if (!(await ports.verifySignature({ algorithm, publicKey, data, signature })))
    throw new PkiError('SIGNATURE_INVALID', `signature of ${what} is wrong`, { entry: what });
}
