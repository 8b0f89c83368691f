import { decodeOid } from '#shared/lib/der/oid';
import { tag } from '#shared/lib/der/tag';
import { equalBytes } from '#shared/lib/equal-bytes';
import type { Ports } from '#shared/lib/port';
import { singleValue } from './attribute.ts';
import type { Certificate } from './certificate.ts';
import { hash } from './hash.ts';
import { oid } from './oid.ts';
import { PkiError } from './pki-error.ts';
import { requireSignature } from './signature-scheme.ts';
import type { SignedData } from './signed-data.ts';
import { requireSigningCertificate } from './signing-certificate.ts';

/**
 * Checks everything the signature itself says (RFC 5652 §5.6, RFC 5126 §5.7): the content type and message digest
 * attributes, the named signing certificate, and the signature over the attributes. The chain is a separate check.
 * @returns the signer's certificate, which must be embedded
 * @throws PkiError SIGNER_UNKNOWN, CONTENT_TYPE, DIGEST_MISMATCH, ATTRIBUTE_MISSING, SIGNING_CERTIFICATE,
 * SIGNATURE_INVALID and others; DerError
 */
export async function verifySigner(
  ports: Ports,
  signedData: SignedData,
  content: Uint8Array,
  options: { olderForm: boolean },
): Promise<Certificate> {
  const { signer, certificates } = signedData;
  const { signedAttributes: attributes } = signer;
  const certificate = certificates.find(
    ({ issuer, serial }) => serial === signer.serial && equalBytes(issuer.der, signer.issuer),
  );
  if (certificate === undefined)
    throw new PkiError('SIGNER_UNKNOWN', 'certificate of the signer is not embedded', { entry: 'signer' });
  const type = singleValue(attributes, oid.contentType);
  if (type?.tag !== tag.oid || decodeOid(type.content) !== signedData.contentType)
    throw new PkiError('CONTENT_TYPE', 'signed content type does not fit', { entry: 'content-type' });
  const digest = singleValue(attributes, oid.messageDigest);
  // Content may be a document: the platform hashes it many times as fast.
  const found = signer.hash === 'sha256' ? await ports.sha256(content) : hash(signer.hash, content);
  if (digest?.tag !== tag.octetString || !equalBytes(digest.content, found))
    throw new PkiError('DIGEST_MISMATCH', 'content and signed digest do not match', {
      entry: 'message-digest',
    });
  requireSigningCertificate(attributes, certificate, options);
  await requireSignature(ports, 'signer info', {
    scheme: signer.scheme,
    publicKey: certificate.publicKey,
    data: signer.signedBytes,
    signature: signer.signature,
  });
  return certificate;
}
