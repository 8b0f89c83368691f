import { CodedError } from '#shared/lib/errors';
import { type Certificate, parseCertificate } from '#shared/pki/certificate';
import { requirePurpose } from '#shared/pki/purpose';
import { signingAlgorithmOf } from '#shared/pki/signing-algorithm';
import { isSelfIssued, verifyChain } from '#shared/pki/verify-chain';
import { xadesAlgorithms } from '#shared/seal/xades-form';
import { nodePorts } from '../store/node-ports.ts';
import { TrustError } from './trust-error.ts';

/**
 * Checks the operator's own certificates: the first is the signer's, the others lead to a root, which is among them.
 * @param certificates DER, the signer's first.
 * @returns the chain, signer first, root last.
 * @throws TrustError CERTIFICATE_UNUSABLE
 */
export async function openOutsideCertificate(
  certificates: readonly Uint8Array[],
  nowMs: number,
): Promise<readonly [Certificate, Certificate, ...Certificate[]]> {
  try {
    const [leaf, ...others] = certificates.map(parseCertificate);
    if (leaf === undefined) throw unusable('the file holds no certificate');
    const roots = others.filter(isSelfIssued);
    if (roots.length === 0) throw unusable('the root certificate is missing: append it to the chain');
    if (xadesAlgorithms[signingAlgorithmOf(leaf.publicKey)] === undefined)
      throw unusable('the key is neither EC P-256, EC P-384 nor RSA');
    requirePurpose(leaf, 'signing');
    const [signer, issuer, ...further] = await verifyChain(nodePorts, leaf, others, roots, nowMs);
    if (signer === undefined || issuer === undefined) throw unusable('the first certificate is a root');
    return [signer, issuer, ...further];
  } catch (cause) {
    if (cause instanceof TrustError || !(cause instanceof CodedError)) throw cause;
    throw unusable(`${cause.code}: ${cause.message}`, cause);
  }
}

function unusable(why: string, cause?: unknown): TrustError {
  return new TrustError('CERTIFICATE_UNUSABLE', `the signing certificate cannot be used: ${why}`, {
    entry: 'certificates.chain',
    cause,
  });
}
