import type { ReservedChallengeFile } from '#shared/bundle/challenge';
import type { Sha256 } from '#shared/lib/sha256';
import type { Challenge } from '../store/challenges.ts';
import { certifyChallenge } from './certify-challenge.ts';
import type { IntakeContext } from './intake-context.ts';
import { IntakeError } from './intake-error.ts';

/** What a device says when it asks: the number it reserves and the newest entry of its journal. */
export interface ChallengeRequest {
  readonly sequence: number;
  readonly journalHead: Sha256;
  readonly journalSeq: number;
  /** Case the capture will name, if any. */
  readonly case?: string | undefined;
}

type ChallengeContext = Pick<IntakeContext, 'store' | 'log' | 'stamper' | 'now'>;

/**
 * Issues the challenge 起始时间凭证 of one capture number: logged, time-stamped and stored before it is answered.
 * The same request again is answered with the same challenge.
 * @throws IntakeError CHALLENGE_NUMBER_TAKEN when the number has a challenge under another journal head; JOURNAL_FORK
 * when the service knows another hash for the journal entry, or numbers and journal do not grow together: either way
 * the device has two histories and is suspended; TIME_STAMP_FAILED, LOG_FAILED
 */
export async function issueChallenge(
  context: ChallengeContext,
  device: string,
  request: ChallengeRequest,
): Promise<ReservedChallengeFile> {
  const { store, now } = context;
  await refuseJournalFork(context, device, request);
  const earlier = await store.challenges.forNumber(device, request.sequence);
  if (earlier !== undefined) return await answer(context, earlier, request);
  const { sequence, journalHead, journalSeq } = request;
  const told = { version: 1 as const, device, sequence, journalHead, journalSeq };
  const file = await certifyChallenge(context, told);
  const stored = await store.challenges.add({
    nonce: file.challenge.nonce,
    device,
    sequence,
    journalHead,
    journalSeq,
    issuedAt: now().getTime(),
    file: JSON.stringify(file),
    usedBy: null,
    caseId: request.case ?? null,
  });
  return await answer(context, stored, request);
}

async function answer(
  context: ChallengeContext,
  stored: Challenge,
  request: ChallengeRequest,
): Promise<ReservedChallengeFile> {
  if (stored.journalHead !== request.journalHead || stored.journalSeq !== request.journalSeq) {
    const reason = `number ${request.sequence} has a challenge under another journal head`;
    await fork(context, stored.device, reason);
    throw new IntakeError('CHALLENGE_NUMBER_TAKEN', reason, { entry: 'sequence' });
  }
  return JSON.parse(stored.file) as ReservedChallengeFile;
}

async function refuseJournalFork(
  context: ChallengeContext,
  device: string,
  { sequence, journalSeq, journalHead }: ChallengeRequest,
): Promise<void> {
  const { store } = context;
  // Before the mark: a journal that went back must not leave one.
  if (await store.challenges.contradicts(device, sequence, journalSeq)) {
    const reason = `number ${sequence} at journal entry ${journalSeq}: the journal went back`;
    await fork(context, device, reason);
    throw new IntakeError('JOURNAL_FORK', reason, { entry: 'journalSeq' });
  }
  const known = await store.journalMarks.add({ device, seq: journalSeq, hash: journalHead });
  if (known === journalHead) return;
  const reason = `journal entry ${journalSeq} has two hashes`;
  await fork(context, device, reason);
  throw new IntakeError('JOURNAL_FORK', reason, { entry: 'journalHead' });
}

async function fork({ store, now }: ChallengeContext, device: string, reason: string): Promise<void> {
  await store.devices.fork(device, reason, now().getTime());
}
