import { type ArtefactKind, artefactDefinition } from '#shared/artefact/index';
import { putArtefact } from '../store/put-artefact.ts';
import type { CaptureRow } from '../store/rows.ts';
import type { FinishingContext } from './context.ts';
import { digestBlob } from './digest-blob.ts';

/** Stores the only file of a kind, unless an earlier run of the same step has. */
export async function putOnce(
  { database, clock }: FinishingContext,
  { id }: CaptureRow,
  kind: ArtefactKind,
  blob: Blob,
  createdBy: string,
): Promise<void> {
  const { mediaType, path } = artefactDefinition(kind);
  if ((await database.artefacts.get([id, path(1)])) !== undefined) return;
  const artefact = { kind, path: path(1), mediaType, bytes: blob.size, createdBy };
  await putArtefact(database, clock, id, { ...artefact, ...(await digestBlob(blob)) }, blob);
}
