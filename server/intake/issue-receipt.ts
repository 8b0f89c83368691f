import { toBase64 } from '#shared/lib/base64';
import { canonicalJson } from '#shared/lib/canonical-json';
import { sha256Hex } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { toPem } from '#shared/pki/pem';
import type { Receipt } from '#shared/seal/receipt';
import { appendLeaf } from './append-leaf.ts';
import type { IntakeContext } from './intake-context.ts';

/** Signs a receipt 接收回执 and logs its digest: the service cannot take its answer back. */
export async function issueReceipt(
  { log, signer }: Pick<IntakeContext, 'log' | 'signer'>,
  receipt: Receipt['receipt'],
): Promise<Receipt> {
  const bytes = toUtf8(canonicalJson(receipt));
  const signature = toBase64(await signer.sign(bytes));
  const proof = await appendLeaf(log, { type: 'evidence-receipt/v1', receipt: sha256Hex(bytes) });
  return { receipt, signature, certificate: toPem('CERTIFICATE', signer.certificate), proof };
}
