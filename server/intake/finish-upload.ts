import { createHash } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from '../store/durable-file.ts';
import type { Upload } from '../store/uploads.ts';
import type { IntakeContext } from './intake-context.ts';
import { IntakeError } from './intake-error.ts';

type UploadContext = Pick<IntakeContext, 'store' | 'folders' | 'now'>;

/** Closes uploads whose last byte has arrived. One call at a time for each upload, later ones share its outcome. */
export interface UploadFinisher {
  /**
   * On return every byte is on disk, has the declared SHA-256, and a job to verify the bundle is stored: only then
   * may the upload be acknowledged. Doing it again changes nothing.
   * @returns the package id.
   * @throws IntakeError UPLOAD_UNKNOWN; UPLOAD_INCOMPLETE; UPLOAD_DIGEST_MISMATCH (the bytes are dropped: what
   * arrived is not what the device sent)
   */
  finish(uploadId: string): Promise<string>;
  /** Finishes what a killed process had received in full but not acknowledged; uploads that fail are left. */
  recover(): Promise<void>;
}

/** @param onReceived called when a package has been stored with its job. */
export function createUploadFinisher(
  context: UploadContext,
  onReceived: (packageId: string) => void,
): UploadFinisher {
  const running = new Map<string, Promise<string>>();
  const finish = (uploadId: string): Promise<string> => {
    const known = running.get(uploadId);
    if (known !== undefined) return known;
    const work = finishUpload(context, uploadId).finally(() => running.delete(uploadId));
    running.set(uploadId, work);
    return work.then((id) => {
      onReceived(id);
      return id;
    });
  };
  return {
    finish,
    async recover() {
      for (const { id } of await context.store.uploads.unfinished(10_000))
        await finish(id).catch(ignoreCoded);
    },
  };
}

function ignoreCoded(error: unknown): void {
  if (!(error instanceof IntakeError)) throw error;
}

async function finishUpload(context: UploadContext, uploadId: string): Promise<string> {
  const upload = await context.store.uploads.get(uploadId);
  if (upload === undefined) throw new IntakeError('UPLOAD_UNKNOWN', 'no such upload', { entry: uploadId });
  if (upload.finishedAt !== null) return upload.package;
  await makeDurable(context, upload);
  const { device, package: id, sha256, bytes } = upload;
  const receivedAt = context.now().getTime();
  const isNew = await context.store.packages.receive({
    id,
    device,
    sha256,
    bytes,
    upload: uploadId,
    receivedAt,
  });
  if (!isNew) await removeUnused(context, upload);
  return id;
}

/** The order matters: bytes on disk and compared, then the name of the file on disk, then the row that promises both. */
async function makeDurable({ store, folders }: UploadContext, upload: Upload): Promise<void> {
  const path = join(folders.incoming, upload.id);
  const file = await open(path, 'r+').catch((cause: unknown) => {
    throw new IntakeError('UPLOAD_INCOMPLETE', 'the upload has no bytes', { entry: upload.id, cause });
  });
  try {
    const { size } = await file.stat();
    if (size !== upload.bytes)
      throw new IntakeError('UPLOAD_INCOMPLETE', `${size} of ${upload.bytes} bytes are here`, {
        entry: upload.id,
      });
    await file.sync();
    if ((await digestOf(file)) !== upload.sha256) {
      await removeFile(path);
      await store.uploads.remove(upload.id);
      throw new IntakeError('UPLOAD_DIGEST_MISMATCH', 'the bytes received do not have the declared SHA-256', {
        entry: upload.capture,
      });
    }
  } finally {
    await file.close();
  }
  await syncFolder(folders.incoming);
}

async function digestOf(file: FileHandle): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of file.createReadStream({ autoClose: false, start: 0, highWaterMark: 1 << 20 }))
    hash.update(chunk);
  return hash.digest('hex');
}

/** The package was known: its bytes are kept already, unless they are this very upload. */
async function removeUnused({ store, folders }: UploadContext, upload: Upload): Promise<void> {
  const known = await store.packages.get(upload.package);
  if (known?.upload !== upload.id) await removeFile(join(folders.incoming, upload.id));
}

/** Removes an upload's bytes and the note the tus store keeps beside them. */
export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true });
  await rm(`${path}.json`, { force: true });
}
