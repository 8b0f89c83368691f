import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ENCRYPTED_SUFFIX } from '../store/encrypted-blobs.ts';
import type { Store } from '../store/store.ts';
import { isDiskFull } from '../store/store-error.ts';
import type { Upload } from '../store/uploads.ts';
import type { UploadFinisher } from './finish-upload.ts';
import type { IntakeContext } from './intake-context.ts';
import { IntakeError } from './intake-error.ts';
import { removeUpload } from './remove-upload.ts';

type ExpiryContext = Pick<IntakeContext, 'store' | 'folders'>;

/** Looked at in one round; the next takes up the others. */
const AT_A_TIME = 1000;

/**
 * Removes uploads that got their last byte before `before` (UTC ms) and are not whole, and bytes that no upload and no
 * package needs. An upload that is whole, though never acknowledged, is finished instead.
 * @returns how many were removed.
 */
export async function expireUploads(
  context: ExpiryContext,
  uploads: Pick<UploadFinisher, 'finish'>,
  before: number,
): Promise<number> {
  let removed = 0;
  for (const upload of await context.store.uploads.unfinished(AT_A_TIME)) {
    if (upload.createdAt >= before || (await lastWrite(context, upload.id)) >= before) continue;
    if (await isFinished(uploads, upload)) continue;
    await removeUpload(context.folders.incoming, upload.id);
    await context.store.uploads.remove(upload.id);
    removed += 1;
  }
  return removed + (await removeOrphans(context, before));
}

/** A digest mismatch has removed the upload already; one there is no room to encrypt for is finished another time. */
async function isFinished(uploads: Pick<UploadFinisher, 'finish'>, { id }: Upload): Promise<boolean> {
  try {
    await uploads.finish(id);
    return true;
  } catch (error) {
    if (isDiskFull(error)) return true;
    if (!(error instanceof IntakeError)) throw error;
    return error.code !== 'UPLOAD_INCOMPLETE';
  }
}

/** Of what the tus store notes beside an upload. */
const NOTE_SUFFIX = '.json';

function withoutEnd(name: string, end: string): string {
  return name.endsWith(end) ? name.slice(0, -end.length) : name;
}

/** Bytes left by a crash between the row and the file. */
async function removeOrphans({ store, folders }: ExpiryContext, before: number): Promise<number> {
  let removed = 0;
  for (const name of await readdir(folders.incoming)) {
    const id = [NOTE_SUFFIX, ENCRYPTED_SUFFIX].reduce(withoutEnd, name);
    if ((await lastWrite({ folders }, name)) >= before) continue;
    const upload = await store.uploads.get(id);
    if (upload !== undefined && upload.finishedAt === null) continue;
    if (upload !== undefined && (await isNeeded(store, upload, name))) continue;
    await rm(join(folders.incoming, name), { force: true });
    if (!name.endsWith(NOTE_SUFFIX)) removed += 1;
  }
  return removed;
}

/** Whether a file holds what a package that has come to no end is made from: encrypted where it has a key, else not. */
async function isNeeded(store: Store, { id, package: packageId }: Upload, name: string): Promise<boolean> {
  const holder = await store.packages.get(packageId);
  if (holder?.upload !== id || ['sealed', 'refused', 'deleted'].includes(holder.state)) return false;
  const isEncrypted = (await store.dataKeys.get(packageId)) !== undefined;
  return name.endsWith(ENCRYPTED_SUFFIX) === isEncrypted;
}

/** UTC ms; 0 when there is no file. */
async function lastWrite({ folders }: Pick<ExpiryContext, 'folders'>, name: string): Promise<number> {
  return stat(join(folders.incoming, name)).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}
