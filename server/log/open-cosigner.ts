import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LogError } from '#shared/log/log-error';
import { parseVerifierKey, type VerifierKey } from '#shared/log/verifier-key';
import { takeDataLock } from '../store/data-lock.ts';
import { Cosigner } from './cosigner.ts';
import { CosignerState } from './cosigner-state.ts';
import { createEd25519Key, readEd25519Key } from './ed25519-key.ts';

export interface CosignerOptions {
  /** Name of the witness's key: a URL without scheme; no space, no plus. */
  readonly name: string;
  /** vkeys of the logs it cosigns; the key's name is the log's origin. */
  readonly logKeys: readonly string[];
  readonly now: () => Date;
}

export interface OpenCosigner {
  readonly cosigner: Cosigner;
  /** Answers what is under way, then gives the folder free. */
  close(): Promise<void>;
}

/**
 * Opens a witness in `dir`, which holds `witness.key` (Ed25519, PEM, 0600, made on the first start), `logs/` (what it
 * last cosigned) and `refused/`.
 * @throws DataLockError DATA_DIR_IN_USE; FatalLogError KEY_MISMATCH, LOG_IO; LogError KEY_MALFORMED.
 */
export async function openCosigner(
  dir: string,
  { name, logKeys, now }: CosignerOptions,
): Promise<OpenCosigner> {
  const logs = logKeys.map(parseLogKey);
  await mkdir(dir, { recursive: true });
  const lock = await takeDataLock(join(dir, 'witness.lock'));
  try {
    const path = join(dir, 'witness.key');
    const key = (await readEd25519Key(path)) ?? (await createEd25519Key(path));
    const cosigner = new Cosigner({ name, logs, key, state: new CosignerState(dir), now });
    return { cosigner, close: () => cosigner.settled().finally(() => lock.release()) };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function parseLogKey(text: string): VerifierKey {
  const key = parseVerifierKey(text);
  if (key.kind !== 'log') throw new LogError('KEY_MALFORMED', 'not a log key', { entry: text });
  return key;
}
