import { toBase64 } from '#shared/lib/base64';
import { canonicalJson, type Json } from '#shared/lib/canonical-json';
import { toUtf8 } from '#shared/lib/utf8';
import type { IntakeContext } from './intake-context.ts';
import { certificatesOf } from './issue-receipt.ts';

/**
 * Signs what the service says to a device, in the form of `signedStatement`. `type` in the statement keeps it apart
 * from receipts and from statements of other types.
 */
export async function signStatement<Statement extends { readonly [key: string]: Json }>(
  signer: IntakeContext['signer'],
  statement: Statement & { readonly type: string },
): Promise<{ statement: Statement; signature: string; certificate: string }> {
  const signature = toBase64(await signer.sign(toUtf8(canonicalJson(statement))));
  return { statement, signature, certificate: certificatesOf(signer) };
}
