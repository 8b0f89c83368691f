import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { toHex } from '#shared/lib/hex';
import type { Sha256 } from '#shared/lib/sha256';
import { syncFolder } from '../store/durable-file.ts';
import { evidenceName } from '../store/evidence-names.ts';
import { type FileSource, openFileSource } from '../store/file-source.ts';
import { hashThreads } from '../store/hash-threads.ts';
import { chunksOf } from '../store/source-chunks.ts';
import { isDiskFull, StoreError } from '../store/store-error.ts';
import type { Upload } from '../store/uploads.ts';
import type { IntakeContext } from './intake-context.ts';
import { IntakeError } from './intake-error.ts';
import { removePlainUpload, removeUpload } from './remove-upload.ts';

type UploadContext = Pick<IntakeContext, 'store' | 'folders' | 'evidence' | 'space' | 'now'>;

/** Closes uploads whose last byte has arrived. One call at a time for each upload, later ones share its outcome. */
export interface UploadFinisher {
  /**
   * On return every byte is on disk, encrypted where that is on, has the declared SHA-256, and a job to verify the bundle
   * is stored: only then may the upload be acknowledged. Doing it again changes nothing.
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
      for (const { id } of await context.store.uploads.unfinished(10_000)) await finish(id).catch(leave);
    },
  };
}

/** Its device asks again; without room to encrypt it, it is finished when there is some. */
function leave(error: unknown): void {
  if (!(error instanceof IntakeError) && !isDiskFull(error)) throw error;
}

async function finishUpload(context: UploadContext, uploadId: string): Promise<string> {
  const upload = await context.store.uploads.get(uploadId);
  if (upload === undefined) throw new IntakeError('UPLOAD_UNKNOWN', 'no such upload', { entry: uploadId });
  if (upload.finishedAt !== null) return upload.package;
  const { device, package: id, sha256, bytes } = upload;
  const isKnown = (await context.store.packages.get(id)) !== undefined;
  const wrappedKey =
    context.evidence.encrypts && !isKnown
      ? await encrypt(context, upload)
      : await makeDurable(context, upload);
  const receivedAt = context.now().getTime();
  const received = { id, device, sha256, bytes, upload: uploadId, receivedAt };
  const isNew = await context.store.packages.receive(received, wrappedKey);
  if (!isNew) await removeUnused(context, upload);
  else if (wrappedKey !== undefined) await removePlainUpload(context.folders.incoming, uploadId);
  return id;
}

/** The order matters: bytes on disk and compared, then the name of the file on disk, then the row that promises both. */
async function makeDurable(context: UploadContext, upload: Upload): Promise<undefined> {
  const { folders } = context;
  const path = join(folders.incoming, upload.id);
  const file = await open(path, 'r+').catch((cause: unknown) => {
    throw noBytes(upload, cause);
  });
  try {
    const { size } = await file.stat();
    requireWhole(upload, size);
    const { sha256 } = await hashThreads.syncAndDigest(file.fd, size);
    if (toHex(sha256) !== upload.sha256) throw await dropped(context, upload);
  } finally {
    await file.close();
  }
  await syncFolder(folders.incoming);
}

/**
 * Encrypts what was received, comparing it on the way, beside the bytes in the clear, which go when the row holds the key:
 * a kill in between leaves an upload that is finished again, under another key.
 * @returns the wrapped key.
 */
async function encrypt(context: UploadContext, upload: Upload): Promise<string> {
  const source = await openPlain(context, upload);
  try {
    requireWhole(upload, source.size);
    await context.space.require('seal', upload.bytes);
    const { blobs, wrappedKey } = await context.evidence.begin(upload.package);
    await blobs.put(evidenceName.bundle(upload.id), chunksOf(source), upload.sha256 as Sha256);
    return wrappedKey;
  } catch (error) {
    const differs = error instanceof StoreError && error.code === 'DIGEST_DIFFERS';
    throw differs ? await dropped(context, upload) : error;
  } finally {
    await source.close();
  }
}

async function openPlain({ folders }: UploadContext, upload: Upload): Promise<FileSource> {
  return openFileSource(join(folders.incoming, upload.id)).catch((cause: unknown) => {
    throw noBytes(upload, cause);
  });
}

function noBytes({ id }: Upload, cause: unknown): IntakeError {
  return new IntakeError('UPLOAD_INCOMPLETE', 'the upload has no bytes', { entry: id, cause });
}

function requireWhole({ id, bytes }: Upload, size: number): void {
  if (size === bytes) return;
  throw new IntakeError('UPLOAD_INCOMPLETE', `${size} of ${bytes} bytes are here`, { entry: id });
}

/** What arrived is not what the device sent. */
async function dropped({ store, folders }: UploadContext, upload: Upload): Promise<IntakeError> {
  await removeUpload(folders.incoming, upload.id);
  await store.uploads.remove(upload.id);
  return new IntakeError('UPLOAD_DIGEST_MISMATCH', 'the bytes received do not have the declared SHA-256', {
    entry: upload.capture,
  });
}

/** The package was known: its bytes are kept already, unless they are this very upload. */
async function removeUnused({ store, folders }: UploadContext, upload: Upload): Promise<void> {
  const known = await store.packages.get(upload.package);
  if (known?.upload !== upload.id) await removeUpload(folders.incoming, upload.id);
}
