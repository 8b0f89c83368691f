import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError } from '#shared/lib/errors';
import { mergeAnchors, readTrustFile, type TrustAnchors } from '#shared/verify/trust-anchors';
import { VerifyUsageError } from './verify-arguments.ts';

/**
 * The anchors of all given trust files; a folder stands for every file in it whose name does not begin with a dot.
 * @throws VerifyUsageError NOT_FOUND, TRUST_UNREADABLE naming the file: a trust file that does not read is never
 *   silently no trust.
 */
export async function readTrust(paths: readonly string[]): Promise<TrustAnchors> {
  const files: string[] = [];
  for (const path of paths) files.push(...(await trustFilesAt(path)));
  return mergeAnchors(await Promise.all(files.map(readOne)));
}

async function trustFilesAt(path: string): Promise<string[]> {
  const status = await stat(path).catch((cause: unknown) => {
    throw new VerifyUsageError('NOT_FOUND', `没有这个信任文件 · no such trust file: ${path}`, {
      entry: path,
      cause,
    });
  });
  if (!status.isDirectory()) return [path];
  const entries = await readdir(path, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.'));
  if (files.length === 0)
    throw new VerifyUsageError('TRUST_UNREADABLE', `文件夹中没有信任文件 · no trust file in ${path}`, {
      entry: path,
    });
  return files.map(({ name }) => join(path, name)).sort();
}

async function readOne(path: string): Promise<TrustAnchors> {
  try {
    return readTrustFile(await readFile(path));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const where = cause instanceof CodedError && cause.entry !== undefined ? ` (${cause.entry})` : '';
    throw new VerifyUsageError(
      'TRUST_UNREADABLE',
      `信任文件无法使用 · unusable trust file ${path}${where}: ${why}`,
      {
        entry: path,
        cause,
      },
    );
  }
}
