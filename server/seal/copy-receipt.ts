import { canonicalFile } from '#shared/bundle/canonical-file';
import { packagePath } from '#shared/seal/layout';
import type { SealStep } from './seal-work.ts';
import { memberOutput, writeMember } from './work-folder.ts';

/** The signed answer to the upload, in RFC 8785 form. */
export const copyReceipt: SealStep = {
  name: 'receipt',
  outputs: () => [memberOutput(packagePath.receipt)],
  run: (work) => writeMember(work, packagePath.receipt, () => canonicalFile(work.receipt)),
};
