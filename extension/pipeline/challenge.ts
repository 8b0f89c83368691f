import { challengeAnswer } from '#shared/api/schemas';
import { artefactDefinition } from '#shared/artefact/index';
import { canonicalFile } from '#shared/bundle/canonical-file';
import type { ChallengeFile } from '#shared/bundle/challenge';
import { toHex } from '#shared/lib/hex';
import type { Sha256 } from '#shared/lib/sha256';
import { browserPorts } from '../host/browser-ports.ts';
import { ensureDevice } from '../store/ensure-device.ts';
import { putArtefact } from '../store/put-artefact.ts';
import { reserveCapture } from '../store/reserve-capture.ts';
import type { CaptureRequestRow, CaptureRow, JournalRow } from '../store/rows.ts';
import { addOmission, enterStep, updateCapture } from '../store/update-capture.ts';
import type { CapturingContext, FinishingContext } from './context.ts';
import { PipelineError, wireError } from './pipeline-error.ts';

/** The page waits for this answer; a service that takes longer counts as away. */
const TIMEOUT_MS = 8000;

/** Takes a number, with the journal entry that will be the challenge's head when a service is paired. */
export async function takeNumber(
  { database, clock, host }: CapturingContext,
  request: CaptureRequestRow,
): Promise<{ capture: CaptureRow; entry: JournalRow }> {
  await ensureDevice(database);
  const paired = (await database.service.get('service')) !== undefined;
  const event = paired ? 'challenge-requested' : 'challenge-absent';
  return await reserveCapture(database, clock, event, request, host.facts);
}

/**
 * Asks for a challenge over the reserved number and the journal head, then journals `capture-started`. Without an
 * answer the absence is journalled and listed, and the capture goes on with self-asserted numbering.
 */
export async function beginRecord(
  context: FinishingContext,
  capture: CaptureRow,
  entry: JournalRow,
): Promise<CaptureRow> {
  const { database, clock } = context;
  const { id, request } = capture;
  await enterStep(database, clock, id, 'challenge');
  const file =
    entry.event === 'challenge-requested' ? await challengeOrNone(context, capture, entry) : undefined;
  if (file === undefined) {
    const detail =
      entry.event === 'challenge-requested' ? 'the service did not answer' : 'no service is paired';
    await addOmission(database, clock, id, { what: 'challenge', reason: 'offline', detail });
  } else await storeChallenge(context, id, file);
  const challenge = file?.challenge.nonce;
  return await database.transaction('rw', [database.captures, database.journal, database.jobs], async () => {
    const started = await updateCapture(
      database,
      clock,
      id,
      challenge === undefined ? {} : { challenge, segmentFrom: entry.seq },
      {
        event: 'capture-started',
        detail: {
          kind: request.kind ?? 'page',
          mode: request.mode,
          requestedUrl: request.requestedUrl.toWellFormed(),
          challenge: challenge ?? null,
        },
      },
    );
    if (started.segmentFrom !== undefined) return started;
    const last = await database.journal.orderBy('seq').last();
    return await updateCapture(database, clock, id, { segmentFrom: last?.seq ?? 0 });
  });
}

async function challengeOrNone(
  { database, clock, service }: FinishingContext,
  { id, sequence }: CaptureRow,
  { hash, seq }: JournalRow,
): Promise<ChallengeFile | undefined> {
  try {
    const file = await service.ask({
      method: 'POST',
      path: '/challenges',
      body: { sequence, journalHead: hash, journalSeq: seq },
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
    return undefined;
  }
}

async function storeChallenge(
  { database, clock }: FinishingContext,
  id: string,
  file: ChallengeFile,
): Promise<void> {
  const detail = { nonce: file.challenge.nonce };
  await updateCapture(database, clock, id, {}, { event: 'challenge-received', detail });
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
