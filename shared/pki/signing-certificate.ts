import { sha1 } from '@noble/hashes/legacy.js';
import { DerReader } from '#shared/lib/der/der-reader';
import { encodeExplicit, encodeInteger, encodeOctetString, encodeSequence } from '#shared/lib/der/encode-der';
import type { DerNode } from '#shared/lib/der/parse-der';
import { tag } from '#shared/lib/der/tag';
import { equalBytes } from '#shared/lib/equal-bytes';
import { type Attribute, encodeAttribute, singleValue } from './attribute.ts';
import type { Certificate } from './certificate.ts';
import { encodeHashAlgorithm, type HashName, hash, parseHashAlgorithm } from './hash.ts';
import { oid } from './oid.ts';
import { PkiError } from './pki-error.ts';

/**
 * ESS signing-certificate-v2 attribute (RFC 5035 §3) naming `certificate` by digest, issuer and serial number.
 * SHA-256 is the DEFAULT and therefore not written.
 */
export function encodeSigningCertificateV2(certificate: Certificate, name: HashName = 'sha256'): Uint8Array {
  const id = encodeSequence(
    ...(name === 'sha256' ? [] : [encodeHashAlgorithm(name)]),
    encodeOctetString(hash(name, certificate.der)),
    encodeIssuerSerial(certificate),
  );
  return encodeAttribute(oid.signingCertificateV2, encodeSequence(encodeSequence(id)));
}

/** IssuerSerial with the issuer as directoryName (RFC 5035 §5). */
function encodeIssuerSerial({ issuer, serial }: Certificate): Uint8Array {
  return encodeSequence(encodeSequence(encodeExplicit(4, issuer.der)), encodeInteger(serial));
}

/**
 * Checks that the signed attributes bind the signature to `certificate`. The older attribute with a SHA-1 digest
 * (RFC 2634 §5.4) is accepted only with `olderForm`, because RFC 3161 time-stamp services still use it.
 * @throws DerError, PkiError ATTRIBUTE_MISSING, ATTRIBUTE_MALFORMED, SIGNING_CERTIFICATE
 */
export function requireSigningCertificate(
  attributes: readonly Attribute[],
  certificate: Certificate,
  { olderForm = false } = {},
): void {
  const second = singleValue(attributes, oid.signingCertificateV2);
  const first = singleValue(attributes, oid.signingCertificate);
  if (second === undefined && !(olderForm && first !== undefined))
    throw new PkiError('ATTRIBUTE_MISSING', 'signing certificate is not named', {
      entry: 'signing certificate',
    });
  if (second !== undefined) requireNamed(second, certificate, true);
  if (first !== undefined) requireNamed(first, certificate, false);
}

/** The first identifier names the signer; those behind it name its issuers and are bound by the signature only. */
function requireNamed(value: DerNode, certificate: Certificate, second: boolean): void {
  const id = DerReader.over(value, 'signing certificate').enter().enter();
  const algorithm = second ? id.optional(tag.sequence) : undefined;
  const name = algorithm === undefined ? 'sha256' : parseHashAlgorithm(algorithm);
  const digest = second ? hash(name, certificate.der) : sha1(certificate.der);
  const named = id.octets();
  const issuerSerial = id.optional(tag.sequence);
  id.end();
  const same =
    equalBytes(named, digest) &&
    (issuerSerial === undefined || equalBytes(issuerSerial.der, encodeIssuerSerial(certificate)));
  if (!same)
    throw new PkiError('SIGNING_CERTIFICATE', 'signed attributes name another certificate', {
      entry: 'signing certificate',
    });
}
