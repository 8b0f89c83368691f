import { CodedError } from '#shared/lib/errors';
import type { CertificateSigner } from '#shared/pki/build-signed-data';
import { buildTimeStamp, buildTimeStampRefusal } from '#shared/pki/build-time-stamp';
import { PkiError } from '#shared/pki/pki-error';
import { parseTimeStampRequest, type TimeStampRequest } from '#shared/pki/time-stamp-request';
import { randomSerial } from './trial-certificates.ts';

/**
 * Policy of the built-in TSA. 2.999 is the arc ITU-T X.660 gives for examples: nobody registered or audits this one.
 * Small arcs, because several readers keep them in 31 bits.
 */
const TRIAL_TIME_STAMP_POLICY = '2.999.3161.1';
/** Claimed half-width around genTime; the operating system's clock is not attested any better. */
const ACCURACY_MS = 1000;

export interface ResponderOptions {
  readonly signer: CertificateSigner;
  /** Embedded where the request asks for certificates; DER. */
  readonly certificates: readonly Uint8Array[];
  now(): Date;
}

/**
 * Answers one TimeStampReq (DER) with a TimeStampResp (DER), as RFC 3161 §2.4 asks of a TSA: a malformed request,
 * an unknown digest or a foreign policy gets a rejection, never an exception.
 * @throws what the signing key throws
 */
export async function respondToTimeStampRequest(
  requestDer: Uint8Array,
  options: ResponderOptions,
): Promise<Uint8Array> {
  let request: TimeStampRequest;
  try {
    request = parseTimeStampRequest(requestDer);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return refusalOf(error);
  }
  if (request.policy !== undefined && request.policy !== TRIAL_TIME_STAMP_POLICY)
    return buildTimeStampRefusal('unacceptedPolicy', 'policy not offered');
  return buildTimeStamp({
    request,
    policy: TRIAL_TIME_STAMP_POLICY,
    serial: randomSerial(),
    genTime: options.now().getTime(),
    accuracy: ACCURACY_MS,
    signer: options.signer,
    certificates: options.certificates,
  });
}

function refusalOf(error: CodedError): Uint8Array {
  if (error instanceof PkiError && error.code === 'ALGORITHM_UNSUPPORTED')
    return buildTimeStampRefusal('badAlg', 'digest algorithm not supported');
  if (error instanceof PkiError && error.code === 'EXTENSION_UNSUPPORTED')
    return buildTimeStampRefusal('unacceptedExtension', 'extension not supported');
  return buildTimeStampRefusal('badDataFormat', 'request is malformed');
}
