/** A sealed package wrapped for the long term: ASiC-S with time assertion (ETSI EN 319 162-1 §4.3, annex A.7). */
export const ASICS_MEDIA_TYPE = 'application/vnd.etsi.asic-s+zip';

const MANIFEST = 'META-INF/ASiCArchiveManifest';
/** More renewals than a package can live to see; three digits fit every name. */
const MAX_RENEWALS = 200;

/** Fixed paths inside an archive; `n` counts the renewals after the first time-stamp. */
export const archivePath = {
  mimetype: 'mimetype',
  /** The sealed package, byte for byte. */
  package: (packageId: string) => `${packageId}.asice`,
  /** TimeStampToken (RFC 3161), without the response around it; 0 is the one over the package itself. */
  token: (n: number) => (n === 0 ? 'META-INF/timestamp.tst' : `META-INF/timestamp${digits(n)}.tst`),
  /** What token `n` is over, n ≥ 1. The newest manifest has the name without a number (annex A.7). */
  manifest: (n: number, renewals: number) =>
    n === renewals ? `${MANIFEST}.xml` : `${MANIFEST}${digits(n)}.xml`,
} as const;

/** Members of an archive in their fixed order: each token after what it is over. */
export function archiveOrder(packageId: string, renewals: number): string[] {
  const count = Array.from({ length: renewals }, (_, index) => index + 1);
  return [
    archivePath.mimetype,
    archivePath.package(packageId),
    archivePath.token(0),
    ...count.flatMap((n) => [archivePath.manifest(n, renewals), archivePath.token(n)]),
  ];
}

/**
 * Reads the layout of an archive from the names of its members.
 * @returns the package id in the name of the package, and the number of renewals; `undefined` when the names are not
 *   exactly those of `archiveOrder`.
 */
export function parseArchiveOrder(
  names: readonly string[],
): { packageId: string; renewals: number } | undefined {
  const packageId = /^(EVD-[A-Z2-7]{16})\.asice$/.exec(names[1] ?? '')?.[1];
  const renewals = (names.length - 3) / 2;
  if (packageId === undefined || !Number.isInteger(renewals) || renewals < 0 || renewals > MAX_RENEWALS)
    return undefined;
  const expected = archiveOrder(packageId, renewals);
  return expected.every((name, index) => name === names[index]) ? { packageId, renewals } : undefined;
}

function digits(n: number): string {
  return String(n).padStart(3, '0');
}
