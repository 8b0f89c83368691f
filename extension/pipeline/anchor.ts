import { anchorAnswer } from '#shared/api/schemas';
import { bundlePath } from '#shared/bundle/layout';
import { toUtf8 } from '#shared/lib/utf8';
import { blobKey, readBlob } from '../store/put-artefact.ts';
import type { CaptureRow } from '../store/rows.ts';
import { enterStep, updateCapture } from '../store/update-capture.ts';
import type { FinishingContext } from './context.ts';
import { digestBlob } from './digest-blob.ts';
import { PipelineError, wireError } from './pipeline-error.ts';
import { stampDigest } from './stamp-digest.ts';

const TRIES = 3;
const PAUSE_MS = 1500;

/**
 * Has the SHA-256 of `evidence/journal.jsonl` time-stamped and logged; only this digest leaves the device. When the
 * service cannot be reached a configured authority stamps it; without one the absence is journalled and the capture
 * goes on: its bundle then says "not later than" its arrival, nothing more.
 */
export async function anchorJournal(context: FinishingContext, capture: CaptureRow): Promise<undefined> {
  const { database, clock } = context;
  const { id } = capture;
  await enterStep(database, clock, id, 'anchor');
  const digest = (await digestBlob(await readBlob(database, id, bundlePath.journal))).sha256;
  try {
    const { token, proof, authority } = await stampDigest(context, digest, () => askAnchor(context, digest));
    await database.blobs.put({
      ...{ key: blobKey(id, bundlePath.journalToken), capture: id, blob: new Blob([token]) },
    });
    if (proof !== undefined)
      await database.blobs.put({
        ...{ key: blobKey(id, bundlePath.journalProof), capture: id, blob: new Blob([toUtf8(proof)]) },
      });
    const by = authority === undefined ? {} : { authority };
    const entry = { event: 'anchor-received', detail: { digest, ...by } } as const;
    const change = { state: 'anchored', anchored: true, anchorProof: proof !== undefined } as const;
    await updateCapture(database, clock, id, change, entry);
  } catch (error) {
    const { code } = wireError(error);
    const entry = { event: 'anchor-absent', detail: { digest, code } } as const;
    await updateCapture(database, clock, id, { state: 'anchored', anchored: false }, entry);
  }
}

async function askAnchor({ service, sleep }: FinishingContext, digest: string) {
  for (let tries = 1; ; tries++) {
    try {
      return await service.ask({ method: 'POST', path: '/anchors', body: { digest }, answer: anchorAnswer });
    } catch (error) {
      const away = error instanceof PipelineError && error.code === 'SERVICE_UNREACHABLE';
      if (!away || tries === TRIES) throw error;
      await sleep(PAUSE_MS);
    }
  }
}
