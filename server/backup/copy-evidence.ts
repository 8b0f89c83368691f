import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { encryptedSize } from '../store/blob-format.ts';
import { syncFolder } from '../store/durable-file.ts';
import { ENCRYPTED_SUFFIX } from '../store/encrypted-blobs.ts';
import { StoreError, systemCode } from '../store/store-error.ts';
import { BackupError } from './backup-error.ts';
import { type CopyFile, copyFolder } from './copy-file.ts';
import type { DatabaseCopy, RecordedPackage } from './database-copy.ts';

/**
 * Copies the bytes of uploads before the database is copied: one that has come to its end by then is gone from
 * `incoming/` a moment later, although the copied database still needs it.
 * @param encrypts whether what is whole is encrypted: then nothing that is not is copied.
 */
export async function copyIncoming(
  from: string,
  to: string,
  copyFile: CopyFile,
  encrypts: boolean,
): Promise<void> {
  await mkdir(join(to, 'incoming'), { recursive: true });
  for (const name of await readdir(join(from, 'incoming'))) {
    if (name.endsWith('.json') || name.startsWith('.')) continue;
    if (encrypts && !name.endsWith(ENCRYPTED_SUFFIX)) continue;
    await copyFile(join(from, 'incoming', name), join(to, 'incoming', name)).catch(ignoreGone);
  }
}

/**
 * Copies what the copied database promises: published packages, refused bundles, and of the uploads those whose
 * package has not come to its end. Others are left out: a package published since would be sealed a second time.
 * @returns whether everything was there; when not, the service has moved on, and the database must be copied again.
 */
export async function copyEvidence(
  from: string,
  to: string,
  database: DatabaseCopy,
  copyFile: CopyFile,
): Promise<boolean> {
  const needed = new Set<string>();
  for (const folder of ['packages', 'refused', 'work']) await mkdir(join(to, folder), { recursive: true });
  for (const row of database.packages()) {
    if (row.state === 'deleted') continue;
    if (row.state === 'sealed') await copySealed(from, to, row, copyFile);
    else if (row.state === 'refused') await copyRefused(from, to, row, copyFile);
    else if (await copyUpload(from, to, row, copyFile)) needed.add(uploadFile(row));
    else return false;
  }
  for (const name of await readdir(join(to, 'incoming')))
    if (!needed.has(name)) await rm(join(to, 'incoming', name));
  for (const folder of ['packages', 'refused', 'work', 'incoming']) await syncFolder(join(to, folder));
  return true;
}

async function copySealed(
  from: string,
  to: string,
  { id }: RecordedPackage,
  copyFile: CopyFile,
): Promise<void> {
  const source = join(from, 'packages', id);
  await copyFolder(source, join(to, 'packages', id), copyFile).catch((cause: unknown) => {
    throw new BackupError('DATA_MISSING', `${id} is sealed, and its files cannot be read`, {
      entry: source,
      cause,
    });
  });
}

async function copyRefused(
  from: string,
  to: string,
  { id, wrappedKey }: RecordedPackage,
  copyFile: CopyFile,
): Promise<void> {
  const suffix = wrappedKey === null ? '' : ENCRYPTED_SUFFIX;
  for (const name of [`${id}.wacz${suffix}`, `${id}.json${suffix}`])
    await copyFile(join(from, 'refused', name), join(to, 'refused', name));
}

function uploadFile({ upload, wrappedKey }: RecordedPackage): string {
  return wrappedKey === null ? upload : `${upload}${ENCRYPTED_SUFFIX}`;
}

async function copyUpload(
  from: string,
  to: string,
  row: RecordedPackage,
  copyFile: CopyFile,
): Promise<boolean> {
  const name = uploadFile(row);
  const bytes = row.wrappedKey === null ? row.bytes : encryptedSize(row.bytes);
  const target = join(to, 'incoming', name);
  if ((await sizeOf(target)) === bytes) return true;
  // A copy taken while bytes were still arriving.
  await rm(target, { force: true });
  await copyFile(join(from, 'incoming', name), target).catch(ignoreGone);
  return (await sizeOf(target)) === bytes;
}

async function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ size }) => size,
    () => undefined,
  );
}

function ignoreGone(error: unknown): void {
  const cause = error instanceof StoreError ? error.cause : error;
  if (systemCode(cause) !== 'ENOENT') throw error;
}
