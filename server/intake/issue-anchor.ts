import { fromHex } from '#shared/lib/hex';
import type { Sha256 } from '#shared/lib/sha256';
import { appendLeaf } from './append-leaf.ts';
import type { IntakeContext } from './intake-context.ts';
import { stampDigest } from './stamp-digest.ts';

/**
 * Anchors a journal 时间戳固定: a time-stamp over its SHA-256 and a log leaf. Only the digest is known here. The same
 * digest of the same device again is answered with the same anchor.
 * @returns RFC 3161 TimeStampResp in base64 and the C2SP tlog-proof of the leaf.
 * @throws IntakeError TIME_STAMP_FAILED, LOG_FAILED
 */
export async function issueAnchor(
  { store, log, stamper, now }: Pick<IntakeContext, 'store' | 'log' | 'stamper' | 'now'>,
  device: string,
  digest: Sha256,
): Promise<{ token: string; proof: string }> {
  const earlier = await store.anchors.get(device, digest);
  if (earlier !== undefined) return { token: earlier.token, proof: earlier.proof };
  const token = await stampDigest(stamper, fromHex(digest));
  const proof = await appendLeaf(log, { type: 'evidence-anchor/v1', device, digest });
  const stored = await store.anchors.add({ device, digest, token, proof, createdAt: now().getTime() });
  return { token: stored.token, proof: stored.proof };
}
