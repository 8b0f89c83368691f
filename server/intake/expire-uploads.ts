import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Upload } from '../store/uploads.ts';
import { removeFile, type UploadFinisher } from './finish-upload.ts';
import type { IntakeContext } from './intake-context.ts';
import { IntakeError } from './intake-error.ts';

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
    await removeFile(join(context.folders.incoming, upload.id));
    await context.store.uploads.remove(upload.id);
    removed += 1;
  }
  return removed + (await removeOrphans(context, before));
}

/** A digest mismatch has removed the upload already. */
async function isFinished(uploads: Pick<UploadFinisher, 'finish'>, { id }: Upload): Promise<boolean> {
  try {
    await uploads.finish(id);
    return true;
  } catch (error) {
    if (!(error instanceof IntakeError)) throw error;
    return error.code !== 'UPLOAD_INCOMPLETE';
  }
}

/** Bytes left by a crash between the row and the file. */
async function removeOrphans({ store, folders }: ExpiryContext, before: number): Promise<number> {
  let removed = 0;
  for (const name of await readdir(folders.incoming)) {
    const id = name.replace(/\.json$/, '');
    if ((await lastWrite({ folders }, name)) >= before) continue;
    const upload = await store.uploads.get(id);
    if (upload !== undefined && upload.finishedAt === null) continue;
    const holder = upload === undefined ? undefined : await store.packages.get(upload.package);
    if (holder?.upload === id) continue;
    await removeFile(join(folders.incoming, id));
    removed += 1;
  }
  return removed;
}

/** UTC ms; 0 when there is no file. */
async function lastWrite({ folders }: Pick<ExpiryContext, 'folders'>, name: string): Promise<number> {
  return stat(join(folders.incoming, name)).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}
