import { type HashManifest, parseHashManifest } from '#shared/seal/hash-manifest';
import { bytesAt, type PackageMembers } from './package-members.ts';
import { VerifyError } from './verify-error.ts';

/**
 * Holds a manifest to the members it must vouch for: its strict text, the same set of files, equal hashes.
 * @param manifestPath the manifest inside the package.
 * @param covered whether the manifest must list this member.
 * @throws VerifyError NOT_LISTED, LISTED_BUT_MISSING, HASH_MISMATCH naming the file; SealFormatError.
 */
export function verifyListedFiles(
  members: PackageMembers,
  manifestPath: string,
  covered: (path: string) => boolean,
): HashManifest {
  const manifest = parseHashManifest(bytesAt(members, manifestPath), manifestPath);
  for (const { path, sha256 } of members.values()) {
    if (!covered(path)) continue;
    const listed = manifest.get(path);
    if (listed === undefined)
      throw new VerifyError('NOT_LISTED', `${path} is not listed in ${manifestPath}`, { entry: path });
    if (listed !== sha256)
      throw new VerifyError('HASH_MISMATCH', `${path} does not have the SHA-256 in ${manifestPath}`, {
        entry: path,
      });
  }
  const absent = [...manifest.keys()].find((path) => !members.has(path) || !covered(path));
  if (absent !== undefined)
    throw new VerifyError('LISTED_BUT_MISSING', `${manifestPath} lists ${absent}`, { entry: absent });
  return manifest;
}
