import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ENCRYPTED_SUFFIX } from '../store/encrypted-blobs.ts';

/** Removes an upload's bytes in the clear and the note the tus store keeps beside them. */
export async function removePlainUpload(incoming: string, uploadId: string): Promise<void> {
  await rm(join(incoming, uploadId), { force: true });
  await rm(join(incoming, `${uploadId}.json`), { force: true });
}

/** Removes everything of an upload. */
export async function removeUpload(incoming: string, uploadId: string): Promise<void> {
  await removePlainUpload(incoming, uploadId);
  await rm(join(incoming, `${uploadId}${ENCRYPTED_SUFFIX}`), { force: true });
}
