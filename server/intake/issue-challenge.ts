import { randomBytes } from 'node:crypto';
import type { ChallengeFile } from '#shared/bundle/challenge';
import { canonicalJson } from '#shared/lib/canonical-json';
import { fromHex, toHex } from '#shared/lib/hex';
import { type Sha256, sha256Hex } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import type { Challenge } from '../store/challenges.ts';
import { appendLeaf } from './append-leaf.ts';
import type { IntakeContext } from './intake-context.ts';
import { IntakeError } from './intake-error.ts';
import { stampDigest } from './stamp-digest.ts';

/** What a device says when it asks: the number it reserves and the newest entry of its journal. */
export interface ChallengeRequest {
  readonly sequence: number;
  readonly journalHead: Sha256;
  readonly journalSeq: number;
}

type ChallengeContext = Pick<IntakeContext, 'store' | 'log' | 'stamper' | 'now'>;

/**
 * Issues the challenge 起始时间凭证 of one capture number: logged, time-stamped and stored before it is answered.
 * The same request again is answered with the same challenge.
 * @throws IntakeError CHALLENGE_NUMBER_TAKEN when the number has a challenge under another journal head; JOURNAL_FORK
 * when the service knows another hash for the journal entry (the device is then suspended); TIME_STAMP_FAILED,
 * LOG_FAILED
 */
export async function issueChallenge(
  context: ChallengeContext,
  device: string,
  request: ChallengeRequest,
): Promise<ChallengeFile> {
  const { store, now } = context;
  await refuseJournalFork(context, device, request);
  const earlier = await store.challenges.forNumber(device, request.sequence);
  if (earlier !== undefined) return answer(earlier, request);
  const file = await makeChallenge(context, device, request);
  const stored = await store.challenges.add({
    nonce: file.challenge.nonce,
    device,
    ...request,
    issuedAt: now().getTime(),
    file: JSON.stringify(file),
    usedBy: null,
  });
  return answer(stored, request);
}

async function makeChallenge(
  { log, stamper, now }: ChallengeContext,
  device: string,
  request: ChallengeRequest,
): Promise<ChallengeFile> {
  const challenge = {
    version: 1 as const,
    nonce: toHex(randomBytes(32)) as Sha256,
    device,
    ...request,
    issuedAt: now().toISOString(),
    checkpoint: log.checkpoint(),
  };
  const digest = sha256Hex(toUtf8(canonicalJson(challenge)));
  const token = await stampDigest(stamper, fromHex(digest));
  const proof = await appendLeaf(log, { type: 'evidence-challenge/v1', challenge: digest });
  return { challenge, token, proof };
}

function answer(stored: Challenge, request: ChallengeRequest): ChallengeFile {
  if (stored.journalHead !== request.journalHead || stored.journalSeq !== request.journalSeq) {
    throw new IntakeError(
      'CHALLENGE_NUMBER_TAKEN',
      `number ${request.sequence} has a challenge under another journal head`,
      { entry: 'sequence' },
    );
  }
  return JSON.parse(stored.file) as ChallengeFile;
}

async function refuseJournalFork(
  { store, now }: ChallengeContext,
  device: string,
  { journalSeq, journalHead }: ChallengeRequest,
): Promise<void> {
  const known = await store.journalMarks.add({ device, seq: journalSeq, hash: journalHead });
  if (known === journalHead) return;
  const reason = `journal entry ${journalSeq} has two hashes`;
  await store.devices.suspend(device, reason, now().getTime());
  throw new IntakeError('JOURNAL_FORK', reason, { entry: 'journalHead' });
}
