import { canonicalFile } from '#shared/bundle/canonical-file';
import { parseCertificate } from '#shared/pki/certificate';
import type { Verdict, VerificationReport } from '#shared/verify/report';
import { mergeAnchors, type TrustAnchors } from '#shared/verify/trust-anchors';
import { notAnchored } from '#shared/verify/verdict';
import { verifyPackage } from '#shared/verify/verify-package';
import { writeDurable } from '../store/durable-file.ts';
import { openFileSource } from '../store/file-source.ts';
import { nodePorts } from '../store/node-ports.ts';
import { packageOutput } from './pack.ts';
import { SealError } from './seal-error.ts';
import type { SealStep, SealWork } from './seal-work.ts';
import { outputPath } from './work-folder.ts';

const REPORT = 'verified.json';

/** Last step: the verifier strangers use reads the finished file from disk, against the service's own anchors. */
export const verifySealed: SealStep = {
  name: 'verify',
  outputs: () => [REPORT],
  async run(work) {
    const source = await openFileSource(outputPath(work, packageOutput(work)));
    try {
      const { verdict, checks } = await verifyPackage(source, nodePorts, { anchors: ownAnchors(work) });
      if (verdict !== 'valid' && !isOnlyForeignTime(work, verdict, checks)) {
        const fault = checks.find(({ status }) => status === 'fail');
        const why = fault === undefined ? verdict : `${fault.id}: ${fault.code ?? 'failed'}`;
        throw new SealError('SELF_VERIFY_FAILED', `the finished package does not verify (${why})`, {
          entry: fault?.entry ?? packageOutput(work),
        });
      }
      const report = checks.map(({ id, status, code, entry }) => ({ id, status, code, entry }));
      await writeDurable(outputPath(work, REPORT), canonicalFile({ verdict, checks: report }));
    } finally {
      await source.close();
    }
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

function ownAnchors({ trust, log, witnessKeys = [], earlierAnchors }: SealWork): TrustAnchors {
  const roots = [trust.ca, ...trust.authorities.flatMap((authority) => authority.roots)];
  const own = {
    certificates: roots.map(parseCertificate),
    logKeys: [log.vkey],
    witnessKeys,
    policy: { witnesses: 0, timeStamps: 0 },
  };
  return earlierAnchors === undefined ? own : mergeAnchors([own, earlierAnchors]);
}
