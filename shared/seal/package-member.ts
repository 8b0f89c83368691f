import { packagePath } from './layout.ts';
import { SealFormatError } from './seal-format-error.ts';

/**
 * Which text vouches for a member of a sealed package:
 * `payload` → manifest-sha256.txt; `tag` → tagmanifest-sha256.txt; `seal` → META-INF/sealmanifest-sha256.txt;
 * `root` → nothing lists it: the log leaf and the signatures commit to it (tagmanifest, sealmanifest), it proves
 * itself (log proof), or it has one possible text (mimetype).
 */
export type Coverage = 'payload' | 'tag' | 'seal' | 'root';

const roots: ReadonlySet<string> = new Set([
  packagePath.mimetype,
  packagePath.tagManifest,
  packagePath.sealManifest,
  packagePath.logProof,
]);

const leading: readonly string[] = [
  packagePath.mimetype,
  packagePath.bagit,
  packagePath.bagInfo,
  packagePath.manifest,
  packagePath.tagManifest,
  packagePath.readme,
  packagePath.certificate,
  packagePath.receipt,
];
const trailing: readonly string[] = [
  packagePath.asicManifest,
  packagePath.xades,
  packagePath.cms,
  packagePath.token,
  packagePath.sealManifest,
  packagePath.logProof,
];

/**
 * The only texts `sha256sum`, BagIt and XML all spell alike: no escape is ever needed (RFC 8493 §2.1.3
 * percent-encodes CR, LF and %; sha256sum prefixes a backslash).
 */
const PATH = /^[A-Za-z0-9][A-Za-z0-9._-]*(?:\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/;

/** Whether a path may name a member of a sealed package. */
export function isMemberPath(path: string): boolean {
  return PATH.test(path) && path.length <= 200;
}

/** Which text vouches for the member at `path`. */
export function coverageOf(path: string): Coverage {
  if (roots.has(path)) return 'root';
  if (path.startsWith('data/')) return 'payload';
  return path.startsWith('META-INF/') ? 'seal' : 'tag';
}

/**
 * The fixed order of members: mimetype first (EN 319 162-1 §A.1), then bag files, documents, trust, data, META-INF.
 * Paths the layout does not name sort by code units inside their group.
 * @throws SealFormatError `PATH_NOT_ALLOWED` for a path that a sealed package cannot hold, or one given twice.
 */
export function packageOrder(paths: Iterable<string>): string[] {
  const ordered = [...paths].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  ordered.forEach((path, index) => {
    if (!isMemberPath(path) || path === ordered[index - 1])
      throw new SealFormatError('PATH_NOT_ALLOWED', `"${path}" cannot be a package member`, { entry: path });
  });
  return ordered;
}

function rank(path: string): number {
  const lead = leading.indexOf(path);
  if (lead >= 0) return lead;
  if (path.startsWith('data/')) return 300;
  const trail = trailing.indexOf(path);
  if (trail >= 0) return 400 + trail;
  return path.startsWith('META-INF/') ? 499 : path.startsWith('trust/') ? 200 : 100;
}
