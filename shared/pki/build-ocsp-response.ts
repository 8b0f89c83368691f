import {
  encodeElement,
  encodeExplicit,
  encodeGeneralizedTime,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
} from '#shared/lib/der/encode-der';
import { tag } from '#shared/lib/der/tag';
import { signedSequence } from './build-certificate.ts';
import type { CertificateSigner } from './build-signed-data.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import { encodeHashAlgorithm, hash } from './hash.ts';
import { oid } from './oid.ts';
import { keyBitsOf } from './public-key.ts';

export interface OcspInput {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  /** CertID (DER) of the request, repeated in the answer; by default one with SHA-256. */
  readonly certId?: Uint8Array;
  readonly status: 'good' | { readonly revokedAt: number };
  /** UTC milliseconds; cut to whole seconds. Also written as thisUpdate. */
  readonly producedAt: number;
  readonly nextUpdate: number;
  /** Its certificate is embedded and names the responder. */
  readonly responder: CertificateSigner;
}

/** Builds a successful OCSPResponse about one certificate in DER (RFC 6960 §4.2.1). */
export async function buildOcspResponse(input: OcspInput): Promise<Uint8Array> {
  const responder = parseCertificate(input.responder.certificate);
  const at = (ms: number) => encodeGeneralizedTime(ms - (ms % 1000));
  const single = encodeSequence(
    input.certId ?? certIdOf(input),
    input.status === 'good'
      ? encodeElement(tag.primitive(0))
      : encodeElement(tag.constructed(1), at(input.status.revokedAt)),
    at(input.producedAt),
    encodeExplicit(0, at(input.nextUpdate)),
  );
  const data = encodeSequence(
    encodeExplicit(1, responder.subject.der),
    at(input.producedAt),
    encodeSequence(single),
  );
  const certificates = encodeExplicit(0, encodeSequence(responder.der));
  const basic = await signedSequence(data, input.responder, certificates);
  const bytes = encodeSequence(encodeObjectIdentifier(oid.ocspBasic), encodeOctetString(basic));
  return encodeSequence(encodeElement(tag.enumerated, Uint8Array.of(0)), encodeExplicit(0, bytes));
}

function certIdOf({ certificate, issuer }: OcspInput): Uint8Array {
  return encodeSequence(
    encodeHashAlgorithm('sha256', true),
    encodeOctetString(hash('sha256', issuer.subject.der)),
    encodeOctetString(hash('sha256', keyBitsOf(issuer.publicKey))),
    encodeInteger(certificate.serial),
  );
}
