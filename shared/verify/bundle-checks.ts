import { type BundleCheck, bundleChecks } from '#shared/bundle/bundle-checks';
import { type BundleVerification, established, readFile } from '#shared/bundle/bundle-verification';
import { bundlePath } from '#shared/bundle/layout';
import { CodedError } from '#shared/lib/errors';
import { entrySource } from '#shared/lib/zip/read-entry';
import { packagePath } from '#shared/seal/layout';
import { bundleTexts } from './bundle-texts.ts';
import type { CheckDefinition } from './check-definition.ts';
import { NotChecked } from './not-checked.ts';
import { memberAt } from './package-members.ts';
import { type BundleRun, need, type Verification } from './verification.ts';
import { VerifyError } from './verify-error.ts';

/** As intake: longer between challenge and anchor is a defect, never a fault. */
const MAX_CHALLENGE_MINUTES = 60;

/** Name of a file inside the bundle, as checks and facts show it. */
export function insideBundle(captureId: string, path: string): string {
  return `${packagePath.bundle(captureId)}!/${path}`;
}

/**
 * The inner pass: the very checks intake makes, one row each. They rest on each other in order, so those behind one
 * that failed are not made.
 */
export const bundleRows: readonly CheckDefinition[] = bundleChecks.map((check, index) => {
  const texts = bundleTexts[check.id];
  if (texts === undefined) throw new TypeError(`no texts for the bundle check ${check.id}`);
  return {
    id: `bundle-${check.id}`,
    ...texts,
    run: (verification) => runBundleCheck(verification, check, index),
  };
});

async function runBundleCheck(verification: Verification, check: BundleCheck, index: number): Promise<void> {
  const captureId = need(verification, 'captureId');
  const inner = bundleVerification(verification, captureId);
  if (inner.done !== index)
    throw new NotChecked('PREREQUISITE_FAILED', 'an earlier check of the bundle failed', {
      entry: packagePath.bundle(captureId),
    });
  await insideOf(captureId, async () => {
    await check.run(inner.verification);
    inner.done = index + 1;
    if (inner.done === bundleChecks.length) await establish(verification, captureId, inner.verification);
  });
}

function bundleVerification(verification: Verification, captureId: string): BundleRun {
  const { found, source, ports } = verification;
  const { entry } = memberAt(need(verification, 'members'), packagePath.bundle(captureId));
  found.bundleRun ??= {
    done: 0,
    verification: {
      source: entrySource(source, entry),
      ports,
      maxChallengeMinutes: MAX_CHALLENGE_MINUTES,
      found: {},
      defects: [],
    },
  };
  return found.bundleRun;
}

async function establish(
  { found }: Verification,
  captureId: string,
  verification: BundleVerification,
): Promise<void> {
  const record = established(verification, 'record');
  if (record.id !== captureId)
    throw new VerifyError('CAPTURE_ID_MISMATCH', `the bundle holds ${record.id}`, {
      entry: packagePath.bundle(captureId),
    });
  const { challenge, facts, environment } = verification.found;
  const token = await readFile(verification, bundlePath.journalToken);
  const proof = await readFile(verification, bundlePath.journalProof);
  found.bundle = {
    record,
    journal: established(verification, 'journalBytes'),
    defects: verification.defects,
    ...(challenge === undefined ? {} : { challenge }),
    ...(facts === undefined ? {} : { facts }),
    ...(environment === undefined ? {} : { environment }),
    ...(token === undefined ? {} : { token }),
    ...(proof === undefined ? {} : { proof }),
  };
}

async function insideOf(captureId: string, check: () => Promise<void>): Promise<void> {
  try {
    await check();
  } catch (cause) {
    if (!(cause instanceof CodedError) || cause instanceof VerifyError) throw cause;
    const outer = packagePath.bundle(captureId);
    const entry = cause.entry === undefined ? outer : insideBundle(captureId, cause.entry);
    throw new CodedError(cause.code, cause.message, { entry, cause });
  }
}
