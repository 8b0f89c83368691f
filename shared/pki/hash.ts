import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { DerReader } from '#shared/lib/der/der-reader';
import { encodeNull, encodeObjectIdentifier, encodeSequence } from '#shared/lib/der/encode-der';
import type { DerNode } from '#shared/lib/der/parse-der';
import { tag } from '#shared/lib/der/tag';
import { oid } from './oid.ts';
import { PkiError } from './pki-error.ts';

export type HashName = 'sha256' | 'sha384' | 'sha512';

const functions = { sha256, sha384, sha512 } as const;
const names = new Map<string, HashName>([
  [oid.sha256, 'sha256'],
  [oid.sha384, 'sha384'],
  [oid.sha512, 'sha512'],
]);

/** Digest of small data (tokens, attributes, manifests), synchronously. */
export function hash(name: HashName, bytes: Uint8Array): Uint8Array {
  return functions[name](bytes);
}

/**
 * Digest algorithm of an AlgorithmIdentifier, with absent or NULL parameters (RFC 5754 §2).
 * @throws DerError, PkiError ALGORITHM_UNSUPPORTED
 */
export function parseHashAlgorithm(node: DerNode): HashName {
  const reader = DerReader.over(node, 'digest algorithm');
  const name = names.get(reader.oid());
  reader.optional(tag.null);
  reader.end();
  if (name === undefined) throw new PkiError('ALGORITHM_UNSUPPORTED', 'digest algorithm not supported');
  return name;
}

/**
 * AlgorithmIdentifier of a digest. `withNull` writes NULL parameters, as RFC 3161 requests and OCSP do by custom;
 * RFC 5754 asks CMS writers to leave them out.
 */
export function encodeHashAlgorithm(name: HashName, withNull = false): Uint8Array {
  return encodeSequence(encodeObjectIdentifier(oid[name]), ...(withNull ? [encodeNull()] : []));
}
