import { contradictionIn } from '#shared/environment/contradiction-in';
import { environmentReportSchema } from '#shared/environment/environment-report';
import { statementsOf } from '#shared/environment/statements-of';
import { canonicalJson } from '#shared/lib/canonical-json';
import { toUtf8 } from '#shared/lib/utf8';
import { verifySignedText } from '#shared/pki/verify-signed-text';
import { BundleError } from './bundle-error.ts';
import { type BundleVerification, established, readFile } from './bundle-verification.ts';
import { parseCanonicalFile } from './canonical-file.ts';
import { inFile } from './in-file.ts';
import { bundlePath } from './layout.ts';

const PATH = bundlePath.environment;

/**
 * The environment report is there exactly when the record names an inspection, is of that one, says nothing its own
 * evidence denies, and every statement of a service in it is signed by the certificate beside it. Whether that
 * certificate is trusted is for whoever has trust anchors. That it lies in the anchored chain `checkChain` has seen.
 */
export async function checkEnvironment(verification: BundleVerification): Promise<void> {
  const record = established(verification, 'record');
  const bytes = await readFile(verification, PATH);
  const fault = (message: string) => new BundleError('ENVIRONMENT_MISMATCH', message, { entry: PATH });
  if (bytes === undefined) {
    if (record.inspection !== null) throw fault('the record names an inspection whose report is not there');
    return;
  }
  const report = parseCanonicalFile(environmentReportSchema, bytes, PATH);
  if (
    report.inspection.id !== record.inspection ||
    !report.inspection.id.startsWith(`INS-${record.device.id}-`)
  )
    throw fault('report of another inspection than the record names');
  const { seq, hash } = report.inspection.journal;
  const begun = established(verification, 'journal').find((line) => line.seq === seq);
  if (begun !== undefined && (begun.event !== 'inspection-begun' || begun.hash !== hash))
    throw fault('the journal has another entry where the inspection says it was begun');
  const contradiction = contradictionIn(report, record.device.id);
  if (contradiction !== undefined) throw fault(contradiction);
  for (const { signed } of statementsOf(report)) {
    const { statement, signature, certificate } = signed;
    const data = toUtf8(canonicalJson({ ...statement }));
    await inFile(
      PATH,
      () => verifySignedText(verification.ports, { data, signature, certificate }),
      'STATEMENT_INVALID',
    );
  }
  verification.found.environment = report;
}
