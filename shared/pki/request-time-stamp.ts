import type { Ports } from '#shared/lib/port';
import type { Certificate } from './certificate.ts';
import { PkiError } from './pki-error.ts';
import { buildTimeStampRequest } from './time-stamp-request.ts';
import { parseTimeStampResponse } from './time-stamp-response.ts';
import { verifyTimeStamp } from './verify-time-stamp.ts';

/** What is to be stamped, and what the answer must show. */
export interface TimeStampOrder {
  /** SHA-256. */
  readonly digest: Uint8Array;
  /** Positive and not to be guessed. */
  readonly nonce: bigint;
  /** What the token must chain to; without them to a root it carries itself. */
  readonly anchors?: readonly Certificate[];
}

/**
 * Asks a time-stamp service for a token over a SHA-256 digest and checks the answer before anyone relies on it:
 * nonce, imprint, signature, purpose, and the chain.
 * @param send carries the request (DER) to the service and brings its answer; may normalise it.
 * @returns the TimeStampResp, DER
 * @throws PkiError NONCE_MISMATCH, IMPRINT_MISMATCH and others; DerError; what `send` throws
 */
export async function requestTimeStamp(
  ports: Ports,
  { digest, nonce, anchors }: TimeStampOrder,
  send: (request: Uint8Array) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const response = await send(buildTimeStampRequest(digest, nonce));
  if (parseTimeStampResponse(response).nonce !== nonce)
    throw new PkiError('NONCE_MISMATCH', 'time-stamp answers another request', { entry: 'time-stamp' });
  await verifyTimeStamp(ports, response, { digest, ...(anchors === undefined ? {} : { anchors }) });
  return response;
}
