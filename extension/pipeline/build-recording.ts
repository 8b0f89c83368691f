import { type ArtefactKind, artefactDefinition } from '#shared/artefact/index';
import { toUtf8 } from '#shared/lib/utf8';
import { recordingLine } from '#shared/recording/recording-chain';
import { readRecording } from '../store/append-recording.ts';
import { putArtefact } from '../store/put-artefact.ts';
import type { CaptureRow } from '../store/rows.ts';
import { addOmission } from '../store/update-capture.ts';
import type { FinishingContext } from './context.ts';
import { digestBlob } from './digest-blob.ts';

/**
 * The recording as one file, and its chain, from the stored chunks. All inputs are stored, so a run that was cut short
 * is simply run again; files that are there already are kept. Of a recording that was cut before its first chunk
 * there is only an entry in the ledger.
 */
export async function buildRecording(context: FinishingContext, capture: CaptureRow): Promise<void> {
  if (capture.recording === undefined) return;
  const { database, clock } = context;
  const rows = await readRecording(database, capture.id);
  const blobs = rows.flatMap(({ blob }) => blob ?? []);
  if (blobs.length === 0) {
    const omission = {
      what: 'recording',
      reason: 'not-reached',
      detail: 'ended before the first chunk',
    } as const;
    if (!capture.notCaptured.some(({ what, reason }) => what === 'recording' && reason === 'not-reached'))
      await addOmission(database, clock, capture.id, omission);
    return;
  }
  const lines = rows.map(({ entry }) => toUtf8(recordingLine(entry)));
  await putOnce(context, capture, 'recording', blobs);
  await putOnce(context, capture, 'recording-journal', lines);
}

async function putOnce(
  { database, clock }: FinishingContext,
  { id }: CaptureRow,
  kind: ArtefactKind,
  parts: (Blob | Uint8Array<ArrayBuffer>)[],
): Promise<void> {
  const { mediaType, path } = artefactDefinition(kind);
  if ((await database.artefacts.get([id, path(1)])) !== undefined) return;
  const blob = new Blob(parts, { type: mediaType });
  const artefact = { kind, path: path(1), mediaType, bytes: blob.size, createdBy: 'recorder' };
  await putArtefact(database, clock, id, { ...artefact, ...(await digestBlob(blob)) }, blob);
}
