import { canonicalFile } from '#shared/bundle/canonical-file';
import type { Verdict, VerificationReport } from '#shared/verify/report';
import { noAnchors } from '#shared/verify/trust-anchors';
import { notAnchored } from '#shared/verify/verdict';
import type { AnchorFacts } from '../evidence/evidence-tasks.ts';
import { syncFile } from '../store/durable-file.ts';
import { packageOutput } from './pack.ts';
import { SealError } from './seal-error.ts';
import type { SealStep, SealWork } from './seal-work.ts';
import { outputPath, outputRef, outputsOf } from './work-folder.ts';

/** On disk only when the package is. */
export const REPORT = 'verified.json';

/**
 * Last step: the verifier strangers use reads the finished file, against the service's own anchors, while the system
 * brings it to disk.
 */
export const verifySealed: SealStep = {
  name: 'verify',
  outputs: () => [REPORT],
  async run(work) {
    const output = packageOutput(work);
    const [{ verdict, checks }] = await Promise.all([
      work.tasks.verifyPackage(outputRef(work, output), ownAnchors(work)),
      syncFile(outputPath(work, output)),
    ]);
    if (verdict !== 'valid' && !isOnlyForeignTime(work, verdict, checks)) {
      const fault = checks.find(({ status }) => status === 'fail');
      const why = fault === undefined ? verdict : `${fault.id}: ${fault.code ?? 'failed'}`;
      throw new SealError('SELF_VERIFY_FAILED', `the finished package does not verify (${why})`, {
        entry: fault?.entry ?? output,
      });
    }
    const report = checks.map(({ id, status, code, entry }) => ({ id, status, code, entry }));
    await outputsOf(work, true).put(REPORT, canonicalFile({ verdict, checks: report }));
  },
};

/** A capture anchored by another authority is sealed and says so: its time is then for the reader to judge. */
function isOnlyForeignTime(
  { receipt }: SealWork,
  verdict: Verdict,
  checks: VerificationReport['checks'],
): boolean {
  const foreign = receipt.receipt.defects.includes('anchor-not-ours');
  return foreign && verdict === 'intact' && notAnchored(checks).every((id) => id === 'trusted-time');
}

/** The service's own, and what it published before and uses no more. */
function ownAnchors({ trust, log, witnessKeys = [], earlierAnchors }: SealWork): AnchorFacts {
  const roots = [trust.ca, ...trust.authorities.flatMap((authority) => authority.roots)];
  const earlier = earlierAnchors ?? noAnchors;
  return {
    certificates: [...roots, ...earlier.certificates.map(({ der }) => der)],
    logKeys: [log.vkey, ...earlier.logKeys],
    witnessKeys: [...witnessKeys, ...earlier.witnessKeys],
  };
}
