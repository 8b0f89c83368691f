import type { CaptureRecord } from '#shared/bundle/capture-record';
import type { ByteSource, Ports } from '#shared/lib/port';
import { rememberedDigests } from '#shared/lib/remembered-digests';
import type { ZipEntry } from '#shared/lib/zip/open-zip';
import { openArchive } from './archive.ts';
import { checksOf } from './checks.ts';
import { type PackageFacts, packageFacts } from './package-facts.ts';
import type { VerificationReport } from './report.ts';
import { type CheckListener, runChecks } from './run-checks.ts';
import { noAnchors, type TrustAnchors } from './trust-anchors.ts';
import { verdictOf } from './verdict.ts';
import type { BesideFile, Verification } from './verification.ts';
import { VerifyError } from './verify-error.ts';

/** The report on one sealed package, with what it says of itself. */
export interface PackageReport extends VerificationReport {
  readonly facts: PackageFacts;
}

/** What the caller brings besides the package. */
export interface VerifyOptions {
  readonly anchors?: TrustAnchors;
  /** Second looks that stand beside the package. */
  readonly beside?: readonly BesideFile[];
  /** The time of verifying, UTC ms; without it whether certificates have run out since is not checked. */
  readonly now?: number;
  /** Called before each check. */
  readonly onCheck?: CheckListener;
}

/** A report with the contents that it vouches for. */
export interface Inspection {
  readonly report: PackageReport;
  /** What the bundle holds; only when every check of the bundle held. */
  readonly contents?: BundleContents;
}

/** A sound bundle: its record, and its files as places in `source`, the bundle. */
export interface BundleContents {
  readonly record: CaptureRecord;
  readonly source: ByteSource;
  readonly files: ReadonlyMap<string, ZipEntry>;
}

/**
 * Verifies one sealed package, or one in its wrapper of renewals (design §9) against anchors that the user obtained
 * elsewhere. Reads it in two passes with memory bounded by its small members, never by the bundle. Whatever the bytes
 * are, the answer is a report.
 * @throws VerifyError READ_FAILED when the source cannot be read, which says nothing about the package.
 */
export async function verifyPackage(
  source: ByteSource,
  ports: Ports,
  options: VerifyOptions = {},
): Promise<PackageReport> {
  return (await inspectPackage(source, ports, options)).report;
}

/** As `verifyPackage`, and opens what was verified for showing. */
export async function inspectPackage(
  source: ByteSource,
  ports: Ports,
  { anchors = noAnchors, beside, now, onCheck }: VerifyOptions = {},
): Promise<Inspection> {
  const guarded = guardReads(rememberedDigests(source));
  const archive = await openArchive(guarded.source).catch(() => undefined);
  const verification: Verification = {
    source: archive?.package ?? guarded.source,
    ports,
    anchors,
    ...(beside === undefined ? {} : { beside }),
    ...(now === undefined ? {} : { now }),
    found: archive === undefined ? {} : { archiveSource: archive },
    usedAnchors: new Set(),
  };
  const results = await runChecks(checksOf(archive), verification, onCheck);
  if (guarded.failure !== undefined)
    throw new VerifyError('READ_FAILED', 'the package could not be read to its end', {
      cause: guarded.failure,
    });
  const report = {
    verdict: verdictOf(results),
    checks: results,
    anchors: [...verification.usedAnchors],
    facts: packageFacts(verification),
  };
  const contents = contentsOf(verification);
  return contents === undefined ? { report } : { report, contents };
}

function contentsOf({ found }: Verification): BundleContents | undefined {
  const inner = found.bundleRun?.verification;
  const files = inner?.found.entries;
  if (found.bundle === undefined || inner === undefined || files === undefined) return undefined;
  return { record: found.bundle.record, source: inner.source, files };
}

/** Remembers a failing disk, so that it is not taken for a fault of the package. */
function guardReads(source: ByteSource): { source: ByteSource; failure: unknown } {
  const guarded: { source: ByteSource; failure: unknown } = { failure: undefined, source };
  const noted = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      // A range outside the file is asked for by hostile lengths only; everything else is the disk.
      if (!(error instanceof RangeError)) guarded.failure ??= error;
      throw error;
    }
  };
  const digest = source.digest?.bind(source);
  guarded.source = {
    size: source.size,
    read: (offset, length) => noted(() => source.read(offset, length)),
    ...(digest === undefined ? {} : { digest: (offset, length) => noted(() => digest(offset, length)) }),
  };
  return guarded;
}
