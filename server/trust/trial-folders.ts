import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from '../store/durable-file.ts';
import { systemCode } from '../store/store-error.ts';

/** `trial` is the first set of keys and certificates, `trial-2`, `trial-3`, … those made by rotations. */
const SET = /^trial(?:-([1-9][0-9]*))?$/;
const HALF_MADE = '.trial-';

/** Names of the whole sets in `dir`, oldest first; the last one is in use. What a kill left half made is removed. */
export async function trialSets(dir: string): Promise<string[]> {
  await mkdir(dir, { recursive: true });
  const names = await readdir(dir);
  for (const name of names.filter((entry) => entry.startsWith(HALF_MADE)))
    await rm(join(dir, name), { recursive: true, force: true });
  const numberOf = (name: string) => Number(SET.exec(name)?.[1] ?? 1);
  return names.filter((name) => SET.test(name)).sort((a, b) => numberOf(a) - numberOf(b));
}

/**
 * Makes the next set in a folder beside and renames it into place, so that a kill leaves all of it or none.
 * @param make fills the folder.
 */
export async function makeTrialSet(
  dir: string,
  earlier: readonly string[],
  make: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = join(dir, `${HALF_MADE}${randomBytes(6).toString('hex')}`);
  await mkdir(folder, { mode: 0o700 });
  await make(folder);
  const newest = earlier.at(-1);
  const name = newest === undefined ? 'trial' : `trial-${Number(SET.exec(newest)?.[1] ?? 1) + 1}`;
  try {
    await rename(folder, join(dir, name));
  } catch (error) {
    // Another process was first: its set stands.
    if (!['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(systemCode(error) ?? '')) throw error;
    await rm(folder, { recursive: true, force: true });
  }
  await syncFolder(dir);
}

/** A key that is used no more cannot leak where it is no more; certificates stay. */
export async function removeKeys(dir: string, sets: readonly string[]): Promise<void> {
  for (const set of sets) {
    const keys = (await readdir(join(dir, set))).filter((name) => name.endsWith('.key'));
    for (const name of keys) await rm(join(dir, set, name));
    if (keys.length > 0) await syncFolder(join(dir, set));
  }
}
