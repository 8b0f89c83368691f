import { packagePath } from '#shared/seal/layout';
import { packageOrder } from '#shared/seal/package-member';
import { isBundlePath } from './package-members.ts';
import { VerifyError } from './verify-error.ts';

const required: readonly string[] = [
  packagePath.mimetype,
  packagePath.bagit,
  packagePath.bagInfo,
  packagePath.manifest,
  packagePath.tagManifest,
  packagePath.readme,
  packagePath.certificate,
  packagePath.receipt,
  packagePath.caCertificate,
  packagePath.logKey,
  packagePath.tsa(1),
  packagePath.tsaCa(1),
  packagePath.asicManifest,
  packagePath.cms,
  packagePath.token,
  packagePath.sealManifest,
  packagePath.logProof,
];
const optional: readonly string[] = [
  packagePath.ocspCertificate,
  packagePath.xades,
  packagePath.sm2Key,
  packagePath.sm3Manifest,
  packagePath.sm3ManifestSignature,
  packagePath.tagManifestSm2,
];
/** Files that may be several; their numbers leave no gap. */
const numbered: readonly { readonly path: (n: number) => string; readonly from: number }[] = [
  { path: packagePath.secondLook, from: 1 },
  { path: packagePath.tsa, from: 1 },
  { path: packagePath.tsaCa, from: 1 },
  { path: packagePath.witnessKey, from: 1 },
  { path: packagePath.furtherToken, from: 2 },
];
const CAPTURE_BUNDLE = /^data\/(CAP-[0-9a-f]{8}-[1-9][0-9]{0,15})\.wacz$/;

/**
 * Holds the names of a package's entries to the layout of a sealed package: each one known, none missing, in the one
 * order. A file that no manifest, signature or log leaf covers therefore has no name to hide under.
 * @param paths names of all entries in file order.
 * @returns the capture id that names the bundle.
 * @throws VerifyError ENTRY_NOT_ALLOWED, ENTRY_MISSING, ENTRY_ORDER.
 */
export function verifyPackageLayout(paths: readonly string[]): string {
  const captureId = captureIdOf(paths);
  const allowed = allowedPaths(paths, captureId);
  const stray = paths.find((path) => !allowed.has(path));
  if (stray !== undefined)
    throw new VerifyError('ENTRY_NOT_ALLOWED', `${stray} has no place in a sealed package`, { entry: stray });
  const missing = [...required, packagePath.bundleToken(captureId)].find((path) => !paths.includes(path));
  if (missing !== undefined)
    throw new VerifyError('ENTRY_MISSING', `${missing} is missing`, { entry: missing });
  const misplaced = packageOrder(paths).findIndex((path, index) => path !== paths[index]);
  if (misplaced >= 0)
    throw new VerifyError('ENTRY_ORDER', 'entries are not in the fixed order', {
      entry: paths[misplaced] ?? '',
    });
  return captureId;
}

function captureIdOf(paths: readonly string[]): string {
  const [bundle, second] = paths.filter(isBundlePath);
  if (second !== undefined)
    throw new VerifyError('ENTRY_NOT_ALLOWED', 'a sealed package holds one bundle only', { entry: second });
  const id = CAPTURE_BUNDLE.exec(bundle ?? '')?.[1];
  if (bundle !== undefined && id === undefined)
    throw new VerifyError('ENTRY_NOT_ALLOWED', `${bundle} is not named after a capture`, { entry: bundle });
  if (id === undefined)
    throw new VerifyError('ENTRY_MISSING', 'the bundle is missing', { entry: 'data/*.wacz' });
  return id;
}

function allowedPaths(paths: readonly string[], captureId: string): Set<string> {
  const present = new Set(paths);
  const allowed = new Set([
    ...required,
    ...optional,
    packagePath.bundle(captureId),
    packagePath.bundleToken(captureId),
  ]);
  for (const { path, from } of numbered) for (let n = from; present.has(path(n)); n++) allowed.add(path(n));
  return allowed;
}
