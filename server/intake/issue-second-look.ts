import { randomUUID } from 'node:crypto';
import { toBase64 } from '#shared/lib/base64';
import { canonicalJson, type Json } from '#shared/lib/canonical-json';
import { sha256Hex } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import type { SecondLook, SecondLookFile } from '#shared/witness/second-look-file';
import { appendLeaf } from './append-leaf.ts';
import type { IntakeContext } from './intake-context.ts';
import { certificatesOf } from './issue-receipt.ts';

/**
 * Signs what a second look found, logs its digest and stores it.
 * @returns the statement, and whether it goes into the package, which is not sealed yet.
 * @throws IntakeError LOG_FAILED, WITNESSES_UNAVAILABLE
 */
export async function issueSecondLook(
  { log, signer, store, now }: Pick<IntakeContext, 'log' | 'signer' | 'store' | 'now'>,
  look: SecondLook,
): Promise<{ readonly file: SecondLookFile; readonly inSeal: boolean }> {
  const bytes = toUtf8(canonicalJson(look as Json));
  const signature = toBase64(await signer.sign(bytes));
  const proof = await appendLeaf(log, { type: 'evidence-second-look/v1', look: sha256Hex(bytes) });
  const file = { look, signature, certificate: certificatesOf(signer), proof };
  const inSeal = await store.secondLooks.add({
    id: randomUUID(),
    package: look.package,
    at: now().getTime(),
    record: JSON.stringify(file),
  });
  return { file, inSeal };
}
