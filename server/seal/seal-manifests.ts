import type { Sha256 } from '#shared/lib/sha256';
import { buildAsicManifest } from '#shared/seal/asic-manifest';
import { buildHashManifest } from '#shared/seal/hash-manifest';
import { packagePath } from '#shared/seal/layout';
import { type Coverage, coverageOf } from '#shared/seal/package-member';
import { memberPaths } from './member-paths.ts';
import type { SealStep, SealWork } from './seal-work.ts';
import { memberDigest, memberOutput, writeMember } from './work-folder.ts';

/** `tagmanifest-sha256.txt`, the sealed text: every file outside `data/` and `META-INF/`. */
export const writeTagManifest: SealStep = {
  name: 'tag-manifest',
  outputs: () => [memberOutput(packagePath.tagManifest)],
  run: (work) => writeMember(work, packagePath.tagManifest, () => listed(work, 'tag')),
};

/** ASiC's own list of files outside META-INF. */
export const writeAsicManifest: SealStep = {
  name: 'asic-manifest',
  outputs: () => [memberOutput(packagePath.asicManifest)],
  run: (work) =>
    writeMember(work, packagePath.asicManifest, async () => buildAsicManifest(await memberPaths(work))),
};

/** Hashes of every META-INF file but itself and the log proof; the log leaf commits to it. */
export const writeSealManifest: SealStep = {
  name: 'seal-manifest',
  outputs: () => [memberOutput(packagePath.sealManifest)],
  run: (work) => writeMember(work, packagePath.sealManifest, () => listed(work, 'seal')),
};

async function listed(work: SealWork, coverage: Coverage): Promise<Uint8Array> {
  const files = new Map<string, Sha256>();
  for (const path of await memberPaths(work)) {
    if (coverageOf(path) === coverage) files.set(path, await memberDigest(work, path));
  }
  return buildHashManifest(files);
}
