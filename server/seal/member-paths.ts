import { readdir } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { packagePath } from '#shared/seal/layout';
import { packageOrder } from '#shared/seal/package-member';
import type { SealWork } from './seal-work.ts';
import { MEMBERS, outputPath } from './work-folder.ts';

/**
 * Paths inside the package of every member made so far and of the bundle, in package order. Half-written files of a
 * killed process (`.….tmp`) are not members.
 * @throws SealFormatError `PATH_NOT_ALLOWED` for a stray file.
 */
export async function memberPaths(work: SealWork): Promise<string[]> {
  const root = outputPath(work, MEMBERS);
  const files = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = files
    .filter((file) => file.isFile() && !(file.name.startsWith('.') && file.name.endsWith('.tmp')))
    .map((file) => relative(root, `${file.parentPath}${sep}${file.name}`).replaceAll(sep, '/'));
  return packageOrder([...paths, packagePath.bundle(work.captureId)]);
}
