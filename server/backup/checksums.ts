import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { toUtf8 } from '#shared/lib/utf8';
import { writeDurable } from '../store/durable-file.ts';
import { hashFile } from '../store/hash-file.ts';
import { BackupError } from './backup-error.ts';

/** As `sha256sum` writes and checks it: run `sha256sum -c SHA256SUMS` in the backup. */
const CHECKSUMS = 'SHA256SUMS';

/** Hashes every file below `folder` into its SHA256SUMS. @returns how many files */
export async function writeChecksums(folder: string): Promise<number> {
  const names = await namesBelow(folder);
  const lines: string[] = [];
  for (const name of names) lines.push(`${await hashFile(join(folder, name))}  ${name}\n`);
  await writeDurable(join(folder, CHECKSUMS), toUtf8(lines.join('')));
  return names.length;
}

/** @throws BackupError BACKUP_INCOMPLETE, BACKUP_DAMAGED naming the first file that is missing, added or altered */
export async function checkChecksums(folder: string): Promise<void> {
  const path = join(folder, CHECKSUMS);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new BackupError('BACKUP_INCOMPLETE', 'no whole backup is here', { entry: path, cause });
  });
  const listed = new Map(
    text.split('\n').flatMap((line) => (line === '' ? [] : [[line.slice(66), line.slice(0, 64)]])),
  );
  const present = new Set(await namesBelow(folder));
  for (const name of present)
    if (!listed.has(name))
      throw new BackupError('BACKUP_DAMAGED', `${name} is not of this backup`, { entry: name });
  for (const [name, sha256] of listed) {
    if (!present.has(name)) throw new BackupError('BACKUP_DAMAGED', `${name} is missing`, { entry: name });
    if ((await hashFile(join(folder, name))) !== sha256)
      throw new BackupError('BACKUP_DAMAGED', `${name} was altered`, { entry: name });
  }
}

async function namesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((name) => name !== CHECKSUMS)
    .sort();
}
