import { challengeAnswer } from '#shared/api/schemas';
import { artefactDefinition } from '#shared/artefact/index';
import { canonicalFile } from '#shared/bundle/canonical-file';
import type { ChallengeFile } from '#shared/bundle/challenge';
import { toHex } from '#shared/lib/hex';
import type { Sha256 } from '#shared/lib/sha256';
import type { ErrorCode } from '#shared/view/error-code';
import { browserPorts } from '../host/browser-ports.ts';
import { ensureDevice } from '../store/ensure-device.ts';
import { lostDetail } from '../store/lost-history.ts';
import { putArtefact } from '../store/put-artefact.ts';
import { reserveCapture } from '../store/reserve-capture.ts';
import type { CaptureRequestRow, CaptureRow, JournalRow } from '../store/rows.ts';
import { takeCarried } from '../store/take-carried.ts';
import { addOmission, enterStep, updateCapture } from '../store/update-capture.ts';
import type { CapturingContext, FinishingContext } from './context.ts';
import { keepHistory } from './keep-history.ts';
import { PipelineError, wireError } from './pipeline-error.ts';

/** The page waits for this answer; a service that takes longer counts as away. */
const TIMEOUT_MS = 8000;

/** Takes a number, with the journal entry that will be the challenge's head when a service is paired. */
export async function takeNumber(
  context: CapturingContext,
  request: CaptureRequestRow,
): Promise<{ capture: CaptureRow; entry: JournalRow }> {
  const { database, clock, host } = context;
  await ensureDevice(database);
  // The browser may have thrown the database away since the worker started.
  await keepHistory(context);
  const paired = (await database.service.get('service')) !== undefined;
  const event = paired ? 'challenge-requested' : 'challenge-absent';
  const reserved = await reserveCapture(database, clock, event, request, host.facts);
  await keepHistory(context);
  return reserved;
}

/**
 * Asks for a challenge over the reserved number and the journal head, then journals `capture-started`. When the service
 * is away one of a carried-in file is taken; without either the absence is listed too, and the capture goes on. Both
 * ways numbering is self-asserted.
 */
export async function beginRecord(
  context: FinishingContext,
  capture: CaptureRow,
  entry: JournalRow,
): Promise<CaptureRow> {
  const { database, clock } = context;
  const { id, request } = capture;
  await enterStep(database, clock, id, 'challenge');
  const file = await challengeOf(context, capture, entry);
  if (file === undefined) {
    const detail = entry.event === 'challenge-requested' ? 'the service gave none' : 'no service is paired';
    await addOmission(database, clock, id, { what: 'challenge', reason: 'offline', detail });
  } else await storeChallenge(context, id, file);
  const challenge = file?.challenge.nonce;
  const { lost = [] } = await ensureDevice(database);
  return await updateCapture(
    database,
    clock,
    id,
    { segmentFrom: entry.seq, ...(challenge === undefined ? {} : { challenge }) },
    {
      event: 'capture-started',
      detail: {
        kind: request.kind ?? 'page',
        mode: request.mode,
        requestedUrl: request.requestedUrl.toWellFormed(),
        challenge: challenge ?? null,
        ...(request.sequence === undefined ? {} : { sequence: request.sequence }),
        ...(lost.length === 0 ? {} : { lost: lost.map(lostDetail) }),
      },
    },
  );
}

/** Of the service, or else of a carried-in file. */
async function challengeOf(
  context: FinishingContext,
  capture: CaptureRow,
  entry: JournalRow,
): Promise<ChallengeFile | undefined> {
  const { database, clock } = context;
  if (entry.event !== 'challenge-requested') return await takeCarried(database, clock, capture.id);
  const answer = await challengeOrAbsence(context, capture, entry);
  if (typeof answer === 'object') {
    const detail = { nonce: answer.challenge.nonce };
    await updateCapture(database, clock, capture.id, {}, { event: 'challenge-received', detail });
    return answer;
  }
  // A service that refuses has its reasons; only one that is away is replaced.
  return answer === 'SERVICE_UNREACHABLE' ? await takeCarried(database, clock, capture.id) : undefined;
}

/** The service's challenge; or why there is none, journalled. */
async function challengeOrAbsence(
  { database, clock, service }: FinishingContext,
  { id, sequence, request }: CaptureRow,
  { hash, seq }: JournalRow,
): Promise<ChallengeFile | ErrorCode> {
  try {
    const file = await service.ask({
      method: 'POST',
      path: '/challenges',
      body: {
        ...{ sequence, journalHead: hash, journalSeq: seq },
        ...(request.caseId === undefined ? {} : { case: request.caseId }),
      },
      answer: challengeAnswer,
      timeoutMs: TIMEOUT_MS,
    });
    const { challenge } = file;
    if (challenge.sequence !== sequence || challenge.journalHead !== hash || challenge.journalSeq !== seq)
      throw new PipelineError('SERVICE_ANSWER_MALFORMED', 'the challenge is for another capture', {
        entry: '/challenges',
      });
    return file;
  } catch (error) {
    const { code } = wireError(error);
    await updateCapture(database, clock, id, {}, { event: 'challenge-absent', detail: { code } });
    return code;
  }
}

async function storeChallenge(
  { database, clock }: FinishingContext,
  id: string,
  file: ChallengeFile,
): Promise<void> {
  const bytes = canonicalFile(file);
  const { mediaType, path } = artefactDefinition('challenge');
  const artefact = {
    kind: 'challenge',
    path: path(1),
    mediaType,
    bytes: bytes.length,
    sha256: toHex(await browserPorts.sha256(bytes)) as Sha256,
    createdBy: 'challenge',
  } as const;
  await putArtefact(database, clock, id, artefact, new Blob([bytes], { type: mediaType }));
}
