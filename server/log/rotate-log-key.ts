import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { DataLockError, takeDataLock } from '../store/data-lock.ts';
import { syncFolder } from '../store/durable-file.ts';
import { createEd25519Key, type Ed25519Key, readEd25519Key } from './ed25519-key.ts';
import { FatalLogError } from './fatal-log-error.ts';
import { logSigner } from './log-signer.ts';

/**
 * The key the next rotation puts into use, made and stored when there is none yet: witnesses need its vkey before.
 * @throws FatalLogError LOG_IO, KEY_MISMATCH
 */
export async function nextLogKey(file: string): Promise<Ed25519Key> {
  return (await readEd25519Key(file)) ?? (await createEd25519Key(file));
}

/**
 * Gives the log in `dir`, which nobody has open, the key in `nextKeyFile`. The tree goes on as it is under the same
 * origin; the old private key is gone afterwards. The next `openLog` signs the newest checkpoint anew and must be told
 * the old verifier key (`earlierKeys`), so that has to be stored before.
 * @returns the vkeys.
 * @throws FatalLogError LOG_LOCKED, KEY_MISSING, LOG_IO
 */
export async function rotateLogKey(
  dir: string,
  { origin, nextKeyFile }: { origin: string; nextKeyFile: string },
): Promise<{ earlier: string; current: string }> {
  const lock = await takeDataLock(join(dir, 'writer.lock')).catch((cause: unknown) => {
    if (!(cause instanceof DataLockError)) throw cause;
    throw new FatalLogError('LOG_LOCKED', `${dir} is written by another process`, { entry: dir, cause });
  });
  try {
    const file = join(dir, 'log.key');
    const old = await readEd25519Key(file);
    if (old === undefined)
      throw new FatalLogError('KEY_MISSING', `the key of this log is not at ${file}`, { entry: file });
    const next = await nextLogKey(nextKeyFile);
    await rename(nextKeyFile, file);
    await syncFolder(dir);
    return { earlier: logSigner(origin, old).vkey, current: logSigner(origin, next).vkey };
  } finally {
    lock.release();
  }
}
