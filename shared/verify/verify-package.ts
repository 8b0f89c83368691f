import type { ByteSource, Ports } from '#shared/lib/port';
import { checks } from './checks.ts';
import { type PackageFacts, packageFacts } from './package-facts.ts';
import type { VerificationReport } from './report.ts';
import { runChecks } from './run-checks.ts';
import { noAnchors, type TrustAnchors } from './trust-anchors.ts';
import { verdictOf } from './verdict.ts';
import type { Verification } from './verification.ts';
import { VerifyError } from './verify-error.ts';

/** The report on one sealed package, with what it says of itself. */
export interface PackageReport extends VerificationReport {
  readonly facts: PackageFacts;
}

/**
 * Verifies one sealed package (design §9) against anchors that the user obtained elsewhere. Reads it in two passes
 * with memory bounded by its small members, never by the bundle. Whatever the bytes are, the answer is a report.
 * @throws VerifyError READ_FAILED when the source cannot be read, which says nothing about the package.
 */
export async function verifyPackage(
  source: ByteSource,
  ports: Ports,
  { anchors = noAnchors }: { anchors?: TrustAnchors } = {},
): Promise<PackageReport> {
  const guarded = guardReads(source);
  const verification: Verification = {
    source: guarded.source,
    ports,
    anchors,
    found: {},
    usedAnchors: new Set(),
  };
  const results = await runChecks(checks, verification);
  if (guarded.failure !== undefined)
    throw new VerifyError('READ_FAILED', 'the package could not be read to its end', {
      cause: guarded.failure,
    });
  return {
    verdict: verdictOf(results),
    checks: results,
    anchors: [...verification.usedAnchors],
    facts: packageFacts(verification),
  };
}

/** Remembers a failing disk, so that it is not taken for a fault of the package. */
function guardReads(source: ByteSource): { source: ByteSource; failure: unknown } {
  const guarded: { source: ByteSource; failure: unknown } = {
    failure: undefined,
    source: {
      size: source.size,
      async read(offset, length) {
        try {
          return await source.read(offset, length);
        } catch (error) {
          // A range outside the file is asked for by hostile lengths only; everything else is the disk.
          if (!(error instanceof RangeError)) guarded.failure ??= error;
          throw error;
        }
      },
    },
  };
  return guarded;
}
