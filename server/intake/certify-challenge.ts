import { randomBytes } from 'node:crypto';
import { canonicalJson, type Json } from '#shared/lib/canonical-json';
import { fromHex, toHex } from '#shared/lib/hex';
import { type Sha256, sha256Hex } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { appendLeaf } from './append-leaf.ts';
import type { IntakeContext } from './intake-context.ts';
import { stampDigest } from './stamp-digest.ts';

/** What every challenge has, whoever carries it: a nonce, and time and log as the service sees them. */
type Basis = { readonly nonce: Sha256; readonly issuedAt: string; readonly checkpoint: string };

/** A challenge with its time-stamp (TimeStampResp, DER, base64) and its proof in the log (C2SP tlog-proof). */
interface CertifiedChallenge<Told> {
  readonly challenge: Told & Basis;
  readonly token: string;
  readonly proof: string;
}

/**
 * Makes a challenge 起始时间凭证 of what is `told`: time-stamped, then logged. It is not stored.
 * @throws IntakeError TIME_STAMP_FAILED, LOG_FAILED
 */
export async function certifyChallenge<Told extends { [name: string]: Json }>(
  { log, stamper, now }: Pick<IntakeContext, 'log' | 'stamper' | 'now'>,
  told: Told,
): Promise<CertifiedChallenge<Told>> {
  const nonce = toHex(randomBytes(32)) as Sha256;
  const challenge = { ...told, nonce, issuedAt: now().toISOString(), checkpoint: log.checkpoint() };
  const digest = sha256Hex(toUtf8(canonicalJson(challenge)));
  const token = await stampDigest(stamper, fromHex(digest));
  const proof = await appendLeaf(log, { type: 'evidence-challenge/v1', challenge: digest });
  return { challenge, token, proof };
}
