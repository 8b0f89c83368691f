import { equalBytes } from '#shared/lib/equal-bytes';
import type { Ports } from '#shared/lib/port';
import type { Certificate } from './certificate.ts';
import { verifySignerPath } from './embedded-certificates.ts';
import { PkiError } from './pki-error.ts';
import { parseTimeStampResponse } from './time-stamp-response.ts';
import { parseTimeStampToken, type TimeStampToken } from './time-stamp-token.ts';
import { verifySigner } from './verify-signer.ts';

/** A verified time-stamp. */
export interface VerifiedTimeStamp {
  /** UTC milliseconds. */
  readonly genTime: number;
  readonly signer: Certificate;
  /** The user's anchor the chain ends in; `undefined` when none were given. */
  readonly anchor: Certificate | undefined;
}

export interface TimeStampExpectation {
  /** SHA-256 of the stamped bytes. */
  readonly digest: Uint8Array;
  /** Trusted certificates; without them only the signature and the chain to an embedded root are checked. */
  readonly anchors?: readonly Certificate[];
}

/**
 * Verifies a TimeStampResp over `digest` (RFC 3161 §2.2, §2.3): status, imprint, signature, named signing
 * certificate, critical time-stamping purpose, and the chain judged at genTime.
 * @throws PkiError IMPRINT_MISMATCH and every other fault; DerError
 */
export async function verifyTimeStamp(
  ports: Ports,
  responseDer: Uint8Array,
  expectation: TimeStampExpectation,
): Promise<VerifiedTimeStamp> {
  return verifyParsed(ports, parseTimeStampResponse(responseDer), expectation);
}

/** As `verifyTimeStamp`, for a token without the response around it (as in CMS and XAdES). */
export async function verifyTimeStampToken(
  ports: Ports,
  tokenDer: Uint8Array,
  expectation: TimeStampExpectation,
): Promise<VerifiedTimeStamp> {
  return verifyParsed(ports, parseTimeStampToken(tokenDer), expectation);
}

async function verifyParsed(
  ports: Ports,
  token: TimeStampToken,
  { digest, anchors }: TimeStampExpectation,
): Promise<VerifiedTimeStamp> {
  if (token.imprintHash !== 'sha256' || !equalBytes(token.imprint, digest))
    throw new PkiError('IMPRINT_MISMATCH', 'time-stamp is over other bytes', { entry: 'time-stamp' });
  const { signedData, genTime } = token;
  refuseUnsigned(token);
  const content = signedData.content ?? new Uint8Array(0);
  const signer = await verifySigner(ports, signedData, content, { olderForm: true });
  const path = { anchors, at: genTime, purpose: 'time-stamping' } as const;
  const { anchor } = await verifySignerPath(ports, signer, signedData.certificates, path);
  return { genTime, signer, anchor };
}

/** Whatever the token's signature does not cover must not be there. */
function refuseUnsigned({ signedData }: TimeStampToken): void {
  const [attribute] = signedData.signer.unsignedAttributes;
  if (attribute !== undefined)
    throw new PkiError('ATTRIBUTE_UNKNOWN', 'unsigned attribute in a time-stamp', { entry: attribute.type });
  if (signedData.crls.length > 0)
    throw new PkiError('CMS_UNSUPPORTED', 'CRL in a time-stamp', { entry: 'time-stamp' });
}
