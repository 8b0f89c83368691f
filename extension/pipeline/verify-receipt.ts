import { canonicalJson } from '#shared/lib/canonical-json';
import type { Ports } from '#shared/lib/port';
import { toUtf8 } from '#shared/lib/utf8';
import type { Receipt } from '#shared/seal/receipt';
import { PipelineError } from './pipeline-error.ts';
import { statementFault } from './verify-statement.ts';

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
  const { signature, certificate } = receipt;
  const data = toUtf8(canonicalJson(receipt.receipt));
  const statement = { data, signature, certificate };
  const fault = await statementFault(ports, statement, subject.trust, Date.parse(receivedAt));
  if (fault !== undefined)
    throw new PipelineError('RECEIPT_INVALID', `the receipt: ${fault}`, { entry: 'receipt.json' });
}
