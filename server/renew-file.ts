import { access, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CodedError } from '#shared/lib/errors';
import type { TrustAnchors } from '#shared/verify/trust-anchors';
import { type PackageReport, verifyPackage } from '#shared/verify/verify-package';
import type { Stamper } from './renew-authority.ts';
import { renewPackage } from './seal/renew-package.ts';
import { syncFolder } from './store/durable-file.ts';
import { openFileSource } from './store/file-source.ts';
import { nodePorts } from './store/node-ports.ts';

/**
 * - ALREADY_WRAPPED: another file is where the wrapper would be written; renew that one.
 * - NOTHING_GAINED: the authority's own certificates run out no later than what they were to renew.
 * - RENEWAL_FAULTY: the renewed file does not verify; it was not kept.
 */
class RenewError extends CodedError<'ALREADY_WRAPPED' | 'NOTHING_GAINED' | 'RENEWAL_FAULTY'> {}

export interface RenewContext {
  readonly anchors: TrustAnchors;
  readonly now: number;
}

/** @throws StoreError, VerifyError READ_FAILED */
export async function verifyNow(file: string, { anchors, now }: RenewContext): Promise<PackageReport> {
  const source = await openFileSource(file);
  try {
    return await verifyPackage(source, nodePorts, { anchors, now });
  } finally {
    await source.close();
  }
}

/**
 * Renews the package in `file` and keeps the result as `<id>.asics` beside it, once it has been read back, verifies,
 * and lasts longer than before.
 * @param before report on `file` as it is.
 * @returns path and report of the renewed file.
 * @throws RenewError, SealError TIME_STAMP_FAILED, StoreError
 */
export async function renewFile(
  file: string,
  before: PackageReport,
  stamper: Stamper,
  context: RenewContext,
): Promise<{ path: string; report: PackageReport }> {
  const id = before.facts.id ?? '';
  const path = join(dirname(file), `${id}.asics`);
  if (path !== file && (await exists(path)))
    throw new RenewError('ALREADY_WRAPPED', `there is a wrapper already: ${path}`, { entry: path });
  const candidate = join(dirname(file), `.${id}.asics.renewing`);
  try {
    await write(file, id, stamper, candidate);
    // Judged without anchors: whether the user trusts this authority is his to say, and not a fault of the file.
    const report = await verifyNow(candidate, { ...context, anchors: withoutCertificates(context.anchors) });
    requireGain(before, report, path);
    await rename(candidate, path);
    await syncFolder(dirname(path));
    return { path, report };
  } finally {
    await rm(candidate, { force: true });
  }
}

async function write(file: string, id: string, stamper: Stamper, target: string): Promise<void> {
  const source = await openFileSource(file);
  try {
    await renewPackage(source, id, stamper, target);
  } finally {
    await source.close();
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function requireGain(before: PackageReport, after: PackageReport, path: string): void {
  const fault = after.checks.find(({ status }) => status === 'fail');
  if (fault !== undefined)
    throw new RenewError('RENEWAL_FAULTY', `${fault.id}: ${fault.code ?? 'failed'}`, { entry: path });
  const [old, renewed] = [before, after].map(({ facts }) => facts.protectedUntil);
  if (old === undefined || renewed === undefined || Date.parse(renewed.at) <= Date.parse(old.at))
    throw new RenewError('NOTHING_GAINED', `the time-stamp would last until ${renewed?.at} only`, {
      entry: path,
    });
}

function withoutCertificates(anchors: TrustAnchors): TrustAnchors {
  return { ...anchors, certificates: [], policy: { ...anchors.policy, timeStamps: 0 } };
}
