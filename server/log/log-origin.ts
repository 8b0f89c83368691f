import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../store/store-error.ts';
import { FatalLogError } from './fatal-log-error.ts';

/**
 * The origin of the log in `dir`, as its checkpoint names it; `undefined` where there is no log yet. Not verified:
 * `openLog` does that.
 * @throws FatalLogError LOG_IO
 */
export async function logOriginOf(dir: string): Promise<string | undefined> {
  const path = join(dir, 'public', 'checkpoint');
  try {
    const [origin] = (await readFile(path, 'utf8')).split('\n', 1);
    return origin;
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return undefined;
    throw new FatalLogError('LOG_IO', `cannot read ${path}`, { entry: path, cause });
  }
}
