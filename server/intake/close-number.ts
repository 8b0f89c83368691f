import type * as v from 'valibot';
import type { closingRequest } from '#shared/api/schemas';
import { canonicalJson } from '#shared/lib/canonical-json';
import { sha256Hex } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { appendLeaf } from './append-leaf.ts';
import type { IntakeContext } from './intake-context.ts';
import { IntakeError } from './intake-error.ts';

/**
 * Takes down that a capture number ended without a package, as its device says: logged, then stored. The first
 * closing of a number stays; the same again is answered alike.
 * @returns the C2SP tlog-proof of its leaf, over SHA-256 of the RFC 8785 form of `{device, …request}`.
 * @throws IntakeError NUMBER_HAS_PACKAGE; JOURNAL_FORK when the service knows another hash for the journal entry (the
 * device is then suspended); LOG_FAILED
 */
export async function closeNumber(
  { store, log, now }: Pick<IntakeContext, 'store' | 'log' | 'now'>,
  device: string,
  request: v.InferOutput<typeof closingRequest>,
): Promise<{ proof: string }> {
  const { sequence, outcome, journalSeq, journalHead } = request;
  const known = await store.numbering.closing(device, sequence);
  if (known !== undefined) return { proof: known.proof };
  if (await store.numbering.hasPackage(device, sequence))
    throw new IntakeError('NUMBER_HAS_PACKAGE', `number ${sequence} has a package`, { entry: 'sequence' });
  if ((await store.journalMarks.add({ device, seq: journalSeq, hash: journalHead })) !== journalHead) {
    const reason = `journal entry ${journalSeq} has two hashes`;
    await store.devices.fork(device, reason, now().getTime());
    throw new IntakeError('JOURNAL_FORK', reason, { entry: 'journalHead' });
  }
  const statement = { device, sequence, outcome, journalSeq, journalHead };
  const closing = sha256Hex(toUtf8(canonicalJson(statement)));
  const proof = await appendLeaf(log, { type: 'evidence-closing/v1', closing });
  const stored = await store.numbering.close({ ...statement, closedAt: now().getTime(), proof });
  return { proof: stored.proof };
}
