import type { CorrectionFile } from '#shared/api/cases';
import { toBase64 } from '#shared/lib/base64';
import { canonicalJson } from '#shared/lib/canonical-json';
import { sha256Hex } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { toPem } from '#shared/pki/pem';
import { appendLeaf } from './append-leaf.ts';
import type { IntakeContext } from './intake-context.ts';

/**
 * Signs a correction record 更正记录 and logs its digest.
 * @throws IntakeError LOG_FAILED, WITNESSES_UNAVAILABLE
 */
export async function issueCorrection(
  { log, signer }: Pick<IntakeContext, 'log' | 'signer'>,
  correction: CorrectionFile['correction'],
): Promise<CorrectionFile> {
  const bytes = toUtf8(canonicalJson(correction));
  const signature = toBase64(await signer.sign(bytes));
  const proof = await appendLeaf(log, { type: 'evidence-correction/v1', correction: sha256Hex(bytes) });
  return { correction, signature, certificate: toPem('CERTIFICATE', signer.certificate), proof };
}
