import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { VerifyUsageError } from './verify-arguments.ts';

const PACKAGE = /\.asic[es]$/;

/** What a command line names: one file, or every sealed package below a folder. */
export interface VerifyTargets {
  readonly folder: boolean;
  readonly files: readonly string[];
}

/**
 * Finds the packages to verify: a named file whatever its name, in folders every `*.asice` and `*.asics` (renewed), sorted.
 * @throws VerifyUsageError NOT_FOUND when a path does not exist or a folder holds no package.
 */
export async function findPackages(paths: readonly string[]): Promise<VerifyTargets> {
  const files: string[] = [];
  let folder = paths.length > 1;
  for (const path of paths) {
    const status = await stat(path).catch((cause: unknown) => {
      throw new VerifyUsageError('NOT_FOUND', `没有这个文件 · no such file: ${path}`, { entry: path, cause });
    });
    if (!status.isDirectory()) files.push(path);
    else {
      folder = true;
      files.push(...(await packagesBelow(path)));
    }
  }
  if (files.length === 0)
    throw new VerifyUsageError('NOT_FOUND', `文件夹中没有封存包 · no .asice in ${paths.join(', ')}`);
  return { folder, files };
}

async function packagesBelow(path: string): Promise<string[]> {
  const entries: Dirent[] = await readdir(path, { withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) found.push(...(await packagesBelow(inner)));
    else if (entry.isFile() && PACKAGE.test(entry.name)) found.push(inner);
  }
  return found;
}
