import { packagePath } from '#shared/seal/layout';
import { packageOrder } from '#shared/seal/package-member';
import type { SealWork } from './seal-work.ts';
import { MEMBERS, memberOutput, outputsOf } from './work-folder.ts';

/**
 * Paths inside the package of every member made so far and of the bundle, in package order. Half-written files of a
 * killed process (`.….tmp`) are not members.
 * @throws SealFormatError `PATH_NOT_ALLOWED` for a stray file.
 */
export async function memberPaths(work: SealWork): Promise<string[]> {
  const files = await outputsOf(work).list(MEMBERS);
  const paths = files.map((name) => name.slice(memberOutput('').length));
  return packageOrder([...paths, packagePath.bundle(work.captureId)]);
}
