import {
  encodeElement,
  encodeExplicit,
  encodeInteger,
  encodeNull,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
  encodeSetOf,
} from '#shared/lib/der/encode-der';
import { tag } from '#shared/lib/der/tag';
import type { SignatureAlgorithm } from '#shared/lib/port';
import { encodeAttribute } from './attribute.ts';
import { encodeTime, type SigningKey } from './build-certificate.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import { encodeHashAlgorithm, hash } from './hash.ts';
import { oid } from './oid.ts';
import { encodeSignatureAlgorithm, encodeSignatureValue, hashOf } from './signature-scheme.ts';
import { encodeSigningCertificateV2 } from './signing-certificate.ts';

/** A private key somewhere else, and the certificate of its public key (DER). */
export interface CertificateSigner extends SigningKey {
  readonly certificate: Uint8Array;
}

export interface SignedDataInput {
  /** Dotted OID of the encapsulated content type. */
  readonly contentType: string;
  readonly content: Uint8Array;
  /** Whether `content` is left out of the result. */
  readonly detached: boolean;
  readonly signer: CertificateSigner;
  /** DER of every certificate to embed, the signer's among them, in any order. */
  readonly certificates: readonly Uint8Array[];
  readonly crls?: readonly Uint8Array[];
  /** Written as signing-time attribute; UTC milliseconds. */
  readonly signingTime?: number;
  /** Unsigned attributes (whole DER), made from the signature value as it stands in the CMS. */
  unsignedAttributes?(signature: Uint8Array): Promise<readonly Uint8Array[]>;
}

/**
 * Builds a ContentInfo with SignedData and one signer (RFC 5652 §5) in DER. The signed attributes are content-type,
 * message-digest, signing-certificate-v2 and, where asked for, signing-time.
 * @throws what `signer.sign` and `unsignedAttributes` throw; DerError, PkiError for a malformed certificate
 */
export async function buildSignedData(input: SignedDataInput): Promise<Uint8Array> {
  const { signer, contentType, content } = input;
  const certificate = parseCertificate(signer.certificate);
  const attributes = signedAttributes(input, certificate);
  const raw = await signer.sign(encodeSetOf(attributes));
  const signature = encodeSignatureValue(signer.algorithm, raw);
  const unsigned = (await input.unsignedAttributes?.(signature)) ?? [];
  const digestAlgorithm = encodeHashAlgorithm(hashOf(signer.algorithm));
  const signerInfo = encodeSequence(
    encodeInteger(1),
    encodeSequence(certificate.issuer.der, encodeInteger(certificate.serial)),
    digestAlgorithm,
    encodeSetOf(attributes, tag.constructed(0)),
    encodeCmsSignatureAlgorithm(signer.algorithm),
    encodeOctetString(signature),
    ...(unsigned.length === 0 ? [] : [encodeSetOf(unsigned, tag.constructed(1))]),
  );
  const signedData = encodeSequence(
    encodeInteger(contentType === oid.data ? 1 : 3),
    encodeSetOf([digestAlgorithm]),
    encodeSequence(
      encodeObjectIdentifier(contentType),
      ...(input.detached ? [] : [encodeExplicit(0, encodeOctetString(content))]),
    ),
    ...(input.certificates.length === 0 ? [] : [encodeSetOf(input.certificates, tag.constructed(0))]),
    ...(input.crls === undefined || input.crls.length === 0
      ? []
      : [encodeSetOf(input.crls, tag.constructed(1))]),
    encodeSetOf([signerInfo]),
  );
  return encodeSequence(encodeObjectIdentifier(oid.signedData), encodeExplicit(0, signedData));
}

function signedAttributes(
  { contentType, content, signer, signingTime }: SignedDataInput,
  certificate: Certificate,
): readonly Uint8Array[] {
  const digest = hash(hashOf(signer.algorithm), content);
  return [
    encodeAttribute(oid.contentType, encodeObjectIdentifier(contentType)),
    encodeAttribute(oid.messageDigest, encodeOctetString(digest)),
    encodeSigningCertificateV2(certificate),
    ...(signingTime === undefined ? [] : [encodeAttribute(oid.signingTime, encodeTime(signingTime))]),
  ];
}

/** RFC 5754 §3.2: RSA signer infos carry rsaEncryption, the form every implementation reads. */
function encodeCmsSignatureAlgorithm(algorithm: SignatureAlgorithm): Uint8Array {
  if (!algorithm.startsWith('rsa')) return encodeSignatureAlgorithm(algorithm);
  return encodeElement(tag.sequence, encodeObjectIdentifier(oid.rsaEncryption), encodeNull());
}
