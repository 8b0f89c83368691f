import { fromBase64 } from '#shared/lib/base64';
import type { Ports } from '#shared/lib/port';
import { type Certificate, parseCertificate } from './certificate.ts';
import { parsePem } from './pem.ts';
import { PkiError } from './pki-error.ts';
import { signingAlgorithmOf } from './signing-algorithm.ts';

/** A signature with the certificates of its signer, as receipts and statements of the service carry them. */
export interface SignedText {
  readonly data: Uint8Array;
  /** Base64; ECDSA as raw r‖s; the algorithm follows from the key. */
  readonly signature: string;
  /** PEM: the signer, then those between it and the root. */
  readonly certificate: string;
}

/**
 * Verifies the signature by the certificate that comes with it. Whether that certificate is to be trusted is for
 * whoever has trust anchors: `verifyChain(ports, signer, intermediates, anchors, at)`.
 * @throws PkiError SIGNATURE_INVALID, and as `parseCertificate`; DerError
 */
export async function verifySignedText(
  ports: Ports,
  { data, signature, certificate }: SignedText,
): Promise<{ signer: Certificate; intermediates: Certificate[] }> {
  const [signer, ...intermediates] = parsePem(certificate, 'CERTIFICATE').map(parseCertificate);
  if (signer === undefined) throw new PkiError('SIGNATURE_INVALID', 'no certificate of the signer');
  const { publicKey } = signer;
  const signed = {
    algorithm: signingAlgorithmOf(publicKey),
    publicKey,
    data,
    signature: fromBase64(signature),
  };
  if (!(await ports.verifySignature(signed)))
    throw new PkiError('SIGNATURE_INVALID', 'not signed by its certificate');
  return { signer, intermediates };
}
