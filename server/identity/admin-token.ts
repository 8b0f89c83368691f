import { readFile } from 'node:fs/promises';
import { toUtf8 } from '#shared/lib/utf8';
import { writeDurable } from '../store/durable-file.ts';
import { systemCode } from '../store/store-error.ts';
import { randomToken } from './secret-hash.ts';

/**
 * The administrator token of a data directory, made on first use: 64 hex digits and LF in a file only the owner of
 * the service can read.
 */
export async function openAdminToken(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
  const token = randomToken();
  await writeDurable(path, toUtf8(`${token}\n`), 0o600);
  return token;
}
