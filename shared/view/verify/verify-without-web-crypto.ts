import { ed25519 } from '@noble/curves/ed25519.js';
import { p256, p384 } from '@noble/curves/nist.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { DerReader } from '#shared/lib/der/der-reader';
import { CodedError } from '#shared/lib/errors';
import type { SignatureAlgorithm, SignatureInput } from '#shared/lib/port';
import { type KeyKind, keyBitsOf, keyKindOf } from '#shared/pki/public-key';
import { verifyRsaPkcs1 } from './verify-rsa-pkcs1.ts';

type Hash = (bytes: Uint8Array) => Uint8Array;

const kinds: Record<SignatureAlgorithm, { key: KeyKind; hash: Hash }> = {
  'ecdsa-p256-sha256': { key: 'p256', hash: sha256 },
  'ecdsa-p256-sha384': { key: 'p256', hash: sha384 },
  'ecdsa-p384-sha256': { key: 'p384', hash: sha256 },
  'ecdsa-p384-sha384': { key: 'p384', hash: sha384 },
  'rsa-pkcs1-sha256': { key: 'rsa', hash: sha256 },
  'rsa-pkcs1-sha384': { key: 'rsa', hash: sha384 },
  'rsa-pkcs1-sha512': { key: 'rsa', hash: sha512 },
  ed25519: { key: 'ed25519', hash: sha512 },
};

/**
 * Verifies a signature in JavaScript, for pages without WebCrypto. Only public values are touched, so nothing depends
 * on constant time.
 * @returns `false` also for a key or a signature of another form.
 */
export async function verifyWithoutWebCrypto(input: SignatureInput): Promise<boolean> {
  const { key, hash } = kinds[input.algorithm];
  try {
    return keyKindOf(input.publicKey) === key && verifyFor(key, hash, input);
  } catch (error) {
    // noble throws for points off the curve and numbers out of range, the DER reader for malformed keys.
    if (error instanceof CodedError || error instanceof Error) return false;
    throw error;
  }
}

function verifyFor(key: KeyKind, hash: Hash, { publicKey, data, signature }: SignatureInput): boolean {
  const bits = keyBitsOf(publicKey);
  switch (key) {
    case 'ed25519':
      // RFC 8032 §5.1.7, not the laxer ZIP 215.
      return signature.length === 64 && ed25519.verify(signature, data, bits, { zip215: false });
    case 'p256':
    case 'p384': {
      const curve = key === 'p256' ? p256 : p384;
      const plain = { prehash: false, lowS: false, format: 'compact' } as const;
      return curve.verify(signature, hash(data), bits, plain);
    }
    case 'rsa':
      return verifyRsaPkcs1(rsaKey(bits), hash(data), signature);
  }
}

function rsaKey(bits: Uint8Array): { modulus: bigint; exponent: bigint } {
  const reader = DerReader.of(bits, 'RSA key');
  const key = { modulus: reader.integer(), exponent: reader.integer() };
  reader.end();
  return key;
}
