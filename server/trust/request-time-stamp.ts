import { randomBytes } from 'node:crypto';
import { toHex } from '#shared/lib/hex';
import type { Certificate } from '#shared/pki/certificate';
import { PkiError } from '#shared/pki/pki-error';
import { buildTimeStampRequest } from '#shared/pki/time-stamp-request';
import { parseTimeStampResponse } from '#shared/pki/time-stamp-response';
import { verifyTimeStamp } from '#shared/pki/verify-time-stamp';
import { nodePorts } from '../store/node-ports.ts';

/**
 * Asks a time-stamp service for a token over a SHA-256 digest and checks the answer before anyone relies on it:
 * nonce, imprint, signature, purpose, and the chain to `anchors`.
 * @param send carries the request (DER) to the service and brings its answer; may normalise it.
 * @returns the TimeStampResp, DER
 * @throws PkiError NONCE_MISMATCH, IMPRINT_MISMATCH and others; DerError; what `send` throws
 */
export async function requestTimeStamp(
  digest: Uint8Array,
  anchors: readonly Certificate[],
  send: (request: Uint8Array) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const nonce = BigInt(`0x01${toHex(randomBytes(8))}`);
  const response = await send(buildTimeStampRequest(digest, nonce));
  if (parseTimeStampResponse(response).nonce !== nonce)
    throw new PkiError('NONCE_MISMATCH', 'time-stamp answers another request', { entry: 'time-stamp' });
  await verifyTimeStamp(nodePorts, response, { digest, anchors });
  return response;
}
