import { fromBase64 } from '#shared/lib/base64';
import { canonicalJson } from '#shared/lib/canonical-json';
import type { Ports } from '#shared/lib/port';
import { toUtf8 } from '#shared/lib/utf8';
import { parseCertificate } from '#shared/pki/certificate';
import { parsePem } from '#shared/pki/pem';
import { signingAlgorithmOf } from '#shared/pki/signing-algorithm';
import { verifyChain } from '#shared/pki/verify-chain';
import type { Receipt } from '#shared/seal/receipt';
import { PipelineError } from './pipeline-error.ts';

/** What the receipt must be about. */
export interface ReceiptSubject {
  readonly packageId: string;
  readonly bundle: { readonly sha256: string; readonly bytes: number };
  /** Trust file handed over at pairing. */
  readonly trust: string;
}

/**
 * Checks that a receipt 接收回执 is the paired organisation's answer about exactly our bundle: subject, signature, and
 * a chain to a certificate of the trust file, judged when the service says it received.
 * @throws PipelineError SEALED_BUNDLE_DIFFERS when it speaks of other bytes, RECEIPT_INVALID for all else
 */
export async function verifyReceipt(ports: Ports, receipt: Receipt, subject: ReceiptSubject): Promise<void> {
  const { package: packageId, bundle, receivedAt } = receipt.receipt;
  const same = bundle.sha256 === subject.bundle.sha256 && bundle.bytes === subject.bundle.bytes;
  if (!same || packageId !== subject.packageId)
    throw new PipelineError('SEALED_BUNDLE_DIFFERS', 'the receipt speaks of another bundle', {
      entry: bundle.sha256,
    });
  const fault = await signatureFault(ports, receipt, subject.trust, Date.parse(receivedAt));
  if (fault !== undefined) throw fault;
}

async function signatureFault(
  ports: Ports,
  { receipt, signature, certificate }: Receipt,
  trust: string,
  at: number,
): Promise<PipelineError | undefined> {
  const invalid = (message: string, cause?: unknown) =>
    new PipelineError('RECEIPT_INVALID', message, { entry: 'receipt.json', cause });
  try {
    const [leaf, ...intermediates] = parsePem(certificate, 'CERTIFICATE').map(parseCertificate);
    if (leaf === undefined) return invalid('the receipt has no certificate');
    const anchors = parsePem(trust, 'CERTIFICATE').map(parseCertificate);
    await verifyChain(ports, leaf, intermediates, anchors, at);
    const signed = await ports.verifySignature({
      algorithm: signingAlgorithmOf(leaf.publicKey),
      publicKey: leaf.publicKey,
      data: toUtf8(canonicalJson(receipt)),
      signature: fromBase64(signature),
    });
    return signed ? undefined : invalid('the receipt is not signed by its certificate');
  } catch (cause) {
    return invalid(cause instanceof Error ? cause.message : String(cause), cause);
  }
}
