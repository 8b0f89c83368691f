import { fromBase64, toBase64 } from '#shared/lib/base64';
import { parseCertificate } from '#shared/pki/certificate';
import { PipelineError } from './pipeline-error.ts';

/**
 * A certificate the service issued, if it is for this device's key.
 * @param publicKey SPKI DER, base64.
 * @throws PipelineError SERVICE_ANSWER_MALFORMED
 */
export function ownCertificate(certificate: string | undefined, publicKey: string): string | undefined {
  if (certificate === undefined || keyOf(certificate) === publicKey) return certificate;
  throw new PipelineError('SERVICE_ANSWER_MALFORMED', 'the certificate is not for the key of this device', {
    entry: 'certificate',
  });
}

function keyOf(certificate: string): string | undefined {
  try {
    return toBase64(parseCertificate(fromBase64(certificate)).publicKey);
  } catch {
    return undefined;
  }
}
