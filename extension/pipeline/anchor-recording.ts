import { artefactDefinition } from '#shared/artefact/index';
import { type Sha256, sha256Hex } from '#shared/lib/sha256';
import { journal } from '../store/append-journal.ts';
import { putArtefact } from '../store/put-artefact.ts';
import type { FinishingContext } from './context.ts';
import { wireError } from './pipeline-error.ts';
import { stampDigest } from './stamp-digest.ts';

/**
 * Has the head of a recording's chain time-stamped while it is being recorded; only this digest leaves the device.
 * Without an answer the absence is journalled and the recording goes on.
 * @param n number of the token, from 1
 * @returns whether a token is stored
 */
export async function anchorRecording(
  context: FinishingContext,
  capture: string,
  head: Sha256,
  n: number,
): Promise<boolean> {
  const { database, clock } = context;
  try {
    const { token: bytes } = await stampDigest(context, head);
    const { kind, mediaType, path } = artefactDefinition('recording-anchor');
    const sha256 = sha256Hex(bytes);
    const artefact = { kind, mediaType, path: path(n), bytes: bytes.length, sha256, createdBy: 'recorder' };
    const about = { head };
    await putArtefact(
      database,
      clock,
      capture,
      { ...artefact, about },
      new Blob([bytes], { type: mediaType }),
    );
    return true;
  } catch (error) {
    const { code } = wireError(error);
    await journal(database, clock, 'anchor-absent', { capture, digest: head, code });
    return false;
  }
}
