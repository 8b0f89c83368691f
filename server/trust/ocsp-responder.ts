import { createHash } from 'node:crypto';
import { equalBytes } from '#shared/lib/equal-bytes';
import { CodedError } from '#shared/lib/errors';
import { buildOcspResponse, type OcspInput } from '#shared/pki/build-ocsp-response';
import type { Certificate } from '#shared/pki/certificate';
import type { OcspCertId } from '#shared/pki/ocsp';
import { type OcspRequest, parseOcspRequest } from '#shared/pki/ocsp-request';
import { keyBitsOf } from '#shared/pki/public-key';

export interface OcspResponderOptions
  extends Pick<OcspInput, 'issuer' | 'producedAt' | 'nextUpdate' | 'responder'> {
  /** All certificates of the issuer that are answered for. */
  readonly issued: readonly Certificate[];
}

/** OCSPResponseStatus of an answer without content (RFC 6960 §4.2.1). */
const refusal = { malformedRequest: 1, unauthorized: 6 } as const;

/**
 * Answers one OCSPRequest (DER) with an OCSPResponse (DER): malformed requests and certificates of others get a
 * refusal, never an exception.
 * @throws what the signing key throws
 */
export async function respondToOcspRequest(
  requestDer: Uint8Array,
  { issued, ...answer }: OcspResponderOptions,
): Promise<Uint8Array> {
  let request: OcspRequest;
  try {
    request = parseOcspRequest(requestDer);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return refuseOcspRequest('malformedRequest');
  }
  const { certId, certIdDer } = request;
  const certificate = issued.find(({ serial }) => serial === certId.serial);
  if (certificate === undefined || !isOf(certId, answer.issuer)) return refuseOcspRequest('unauthorized');
  return buildOcspResponse({ ...answer, certificate, certId: certIdDer, status: 'good' });
}

function isOf({ hash, issuerNameHash, issuerKeyHash }: OcspCertId, issuer: Certificate): boolean {
  const digest = (bytes: Uint8Array) => createHash(hash).update(bytes).digest();
  return (
    equalBytes(digest(issuer.subject.der), issuerNameHash) &&
    equalBytes(digest(keyBitsOf(issuer.publicKey)), issuerKeyHash)
  );
}

/** An OCSPResponse (DER) that says nothing but why. */
export function refuseOcspRequest(why: keyof typeof refusal): Uint8Array {
  return Uint8Array.of(0x30, 3, 0x0a, 1, refusal[why]);
}
