import { toBase64 } from '#shared/lib/base64';
import { canonicalJson } from '#shared/lib/canonical-json';
import { sha256Hex } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { leafBytes } from '#shared/log/leaf';
import { LogError } from '#shared/log/log-error';
import { verifyTlogProof } from '#shared/log/verify-tlog-proof';
import { toPem } from '#shared/pki/pem';
import type { Receipt } from '#shared/seal/receipt';
import { appendLeaf } from './append-leaf.ts';
import type { IntakeContext } from './intake-context.ts';

/** Signs a receipt 接收回执 and logs its digest: the service cannot take its answer back. */
export async function issueReceipt(
  { log, signer }: Pick<IntakeContext, 'log' | 'signer'>,
  receipt: Receipt['receipt'],
): Promise<Receipt> {
  const { bytes, leaf } = statementOf(receipt);
  const signature = toBase64(await signer.sign(bytes));
  const proof = await appendLeaf(log, leaf);
  return { receipt, signature, certificate: certificatesOf(signer), proof };
}

/**
 * Whether a receipt is signed and logged with the keys in use. One made before they were replaced stays good, but a
 * package sealed now needs one that its own certificates vouch for: the same statement is then signed again.
 */
export async function isReceiptOfNow(
  { log, signer, ports }: Pick<IntakeContext, 'log' | 'signer' | 'ports'>,
  { receipt, certificate, proof }: Receipt,
): Promise<boolean> {
  if (certificate !== certificatesOf(signer)) return false;
  try {
    await verifyTlogProof(ports, proof, leafBytes(statementOf(receipt).leaf), { logKeys: [log.vkey] });
    return true;
  } catch (error) {
    if (error instanceof LogError && error.code === 'LOG_KEY_UNKNOWN') return false;
    throw error;
  }
}

/** PEM: whoever has only the root can check the signature. */
export function certificatesOf({ certificate, chain }: IntakeContext['signer']): string {
  return [certificate, ...chain.slice(0, -1)].map((der) => toPem('CERTIFICATE', der)).join('');
}

function statementOf(receipt: Receipt['receipt']) {
  const bytes = toUtf8(canonicalJson(receipt));
  return { bytes, leaf: { type: 'evidence-receipt/v1', receipt: sha256Hex(bytes) } as const };
}
