import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CodedError } from '#shared/lib/errors';
import { openSqlite, type SqliteDriver } from './sqlite-driver.ts';

/** The data directory is used by a live process. */
export class DataLockError extends CodedError<'DATA_DIR_IN_USE'> {}

export interface DataLock {
  release(): void;
}

/**
 * Takes the data directory for this process: an exclusive SQLite transaction on a file of its own, held until
 * `release`. The operating system drops the lock with the process, so nothing stale remains after SIGKILL and no
 * process id has to be guessed at.
 * @throws DataLockError DATA_DIR_IN_USE when another service, of this process or another, holds it.
 */
export async function takeDataLock(path: string, driver?: SqliteDriver): Promise<DataLock> {
  await mkdir(dirname(path), { recursive: true });
  const connection = await openSqlite(path, driver);
  try {
    connection.exec('PRAGMA busy_timeout = 0');
    connection.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    connection.close();
    if (!/locked|busy/i.test(String(cause))) throw cause;
    throw new DataLockError('DATA_DIR_IN_USE', `${dirname(path)} is used by a running service`, {
      entry: dirname(path),
      cause,
    });
  }
  return { release: () => connection.close() };
}
