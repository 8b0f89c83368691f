import { bundlePath } from '#shared/bundle/layout';
import { verifyBundle } from '#shared/bundle/verify-bundle';
import { CodedError } from '#shared/lib/errors';
import { openZip } from '#shared/lib/zip/open-zip';
import { entrySource, readEntry } from '#shared/lib/zip/read-entry';
import { packagePath } from '#shared/seal/layout';
import type { CheckDefinition } from './check-definition.ts';
import { memberAt } from './package-members.ts';
import { need } from './verification.ts';
import { VerifyError } from './verify-error.ts';

/** Name of a file inside the bundle, as checks and facts show it. */
export function insideBundle(captureId: string, path: string): string {
  return `${packagePath.bundle(captureId)}!/${path}`;
}

/** The inner pass: every file of the bundle, its journal, WARC digests, index and device signature. */
export const bundleCheck: CheckDefinition = {
  id: 'bundle',
  proves: {
    zh: '证据包内每个文件、操作日志链、每条 WARC 摘要及设备签名均一致;材料与锚定的日志逐一对应',
    en: 'every file of the bundle, the journal chain, every WARC digest and the device signature hold; each artefact is in the anchored journal',
  },
  restsOn: {
    zh: 'SHA-256 与取证设备的密钥(设备自报)',
    en: 'SHA-256 and the key of the capturing device (device-reported)',
  },
  async run(verification) {
    const { source, ports, found } = verification;
    const captureId = need(verification, 'captureId');
    const { entry: outer, sha256 } = memberAt(need(verification, 'members'), packagePath.bundle(captureId));
    const inner = entrySource(source, outer);
    const bundle = await verifyBundle(inner, ports).catch((cause: unknown) => {
      if (!(cause instanceof CodedError)) throw cause;
      const entry =
        cause.entry === undefined ? packagePath.bundle(captureId) : insideBundle(captureId, cause.entry);
      throw new CodedError(cause.code, cause.message, { entry, cause });
    });
    if (bundle.sha256 !== sha256)
      throw new VerifyError('HASH_MISMATCH', 'two readings of the bundle differ', {
        entry: packagePath.bundle(captureId),
      });
    if (bundle.record.id !== captureId)
      throw new VerifyError('CAPTURE_ID_MISMATCH', `the bundle holds ${bundle.record.id}`, {
        entry: packagePath.bundle(captureId),
      });
    const archive = await openZip(inner);
    const read = (path: string) => {
      const entry = archive.entries.find(({ name }) => name === path);
      return entry === undefined ? undefined : readEntry(inner, entry);
    };
    const [journal, token, proof] = await Promise.all([
      read(bundlePath.journal),
      read(bundlePath.journalToken),
      read(bundlePath.journalProof),
    ]);
    if (journal === undefined)
      throw new VerifyError('ENTRY_MISSING', 'the journal is missing', {
        entry: insideBundle(captureId, bundlePath.journal),
      });
    found.bundle = bundle;
    found.anchorFiles = { journal, ...(token && { token }), ...(proof && { proof }) };
  },
};
