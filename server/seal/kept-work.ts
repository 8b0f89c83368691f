import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalFile } from '#shared/bundle/canonical-file';
import { packagePath } from '#shared/seal/layout';
import { bootId } from '../store/boot-id.ts';
import { syncFile, syncFolder } from '../store/durable-file.ts';
import { UNSIGNED_CERTIFICATE } from './draw-certificate.ts';
import { ELECTED } from './elected-authorities.ts';
import { PACKAGE_FACTS, packageOutput } from './pack.ts';
import { readSealStart, SEAL_START } from './seal-start.ts';
import type { SealStep, SealWork } from './seal-work.ts';
import { REPORT } from './verify-sealed.ts';
import { hasOutput, MEMBERS, memberOutput, outputsOf } from './work-folder.ts';

const KEPT = 'kept.json';

/**
 * Puts all that was made so far on disk at once: until here a loss of power costs the work of a moment, after it an
 * entry in the log would stand for manifests nobody has any more.
 */
export const keepWork: SealStep = {
  name: 'on-disk',
  outputs: () => [KEPT],
  async run(work) {
    const below = await readdir(work.dir, { recursive: true, withFileTypes: true });
    const paths = below.map((entry) => ({ entry, path: join(entry.parentPath, entry.name) }));
    await Promise.all(paths.filter(({ entry }) => entry.isFile()).map(({ path }) => syncFile(path)));
    await Promise.all(paths.filter(({ entry }) => entry.isDirectory()).map(({ path }) => syncFolder(path)));
    await outputsOf(work, true).put(KEPT, canonicalFile({}));
  },
};

/**
 * Before a seal is resumed: what the machine may have lost since it was written goes. A killed process loses nothing;
 * after a restart of the machine only what was synced counts.
 */
export async function dropUnsynced(work: SealWork): Promise<void> {
  if (await isFresh(work)) return;
  if ((await hasOutput(work, REPORT)) || (await isOfThisBoot(work))) return;
  if (!(await hasOutput(work, KEPT))) return beginAnew(work);
  for (const output of [memberOutput(packagePath.logProof), packageOutput(work), PACKAGE_FACTS])
    await outputsOf(work).delete(output);
}

async function isFresh(work: SealWork): Promise<boolean> {
  return !(await hasOutput(work, SEAL_START)) && (await outputsOf(work).list(MEMBERS)).length === 0;
}

async function isOfThisBoot(work: SealWork): Promise<boolean> {
  // A start that cannot be read is as good as none: it was lost with the rest.
  const start = await readSealStart(work).catch(() => undefined);
  return start !== undefined && (start.boot === undefined || start.boot === bootId);
}

/**
 * Forgets all that was made; nothing of it may be in the log. The start file goes last: a crash in between finds it,
 * and the steps that are not done are done again.
 */
export async function beginAnew(work: SealWork): Promise<void> {
  for (const output of [KEPT, MEMBERS, UNSIGNED_CERTIFICATE, ELECTED, SEAL_START])
    await outputsOf(work).delete(output);
}
