import type { Archive } from './archive.ts';
import { archiveContainerCheck, renewalChecks, trustedRenewalsCheck } from './archive-checks.ts';
import { bundleRows } from './bundle-checks.ts';
import type { CheckDefinition } from './check-definition.ts';
import { checksumCheck, containerCheck, layoutCheck } from './container-checks.ts';
import { certificateSignatureCheck, xadesCheck } from './further-signature-checks.ts';
import { anchorLogCheck, sealLogCheck, startLogCheck } from './log-checks.ts';
import {
  asicManifestCheck,
  bagCheck,
  payloadManifestCheck,
  sealManifestCheck,
  tagManifestCheck,
} from './manifest-checks.ts';
import { trustedLogCheck, trustedSignerCheck, trustedTimeCheck, witnessesCheck } from './policy-checks.ts';
import { protectionCheck } from './protection-check.ts';
import { receiptCheck } from './receipt-check.ts';
import { secondLookBesideCheck, secondLookCheck } from './second-look-check.ts';
import { sealSignatureCheck, signatureTimeCheck } from './signature-checks.ts';
import { smCheck } from './sm-check.ts';
import {
  anchorTimeCheck,
  bundleTimeCheck,
  sealTimeCheck,
  startTimeCheck,
  timeOrderCheck,
} from './time-checks.ts';
import { trustFolderCheck } from './trust-folder-check.ts';

const sealChecks: readonly CheckDefinition[] = [
  containerCheck,
  layoutCheck,
  checksumCheck,

  payloadManifestCheck,
  tagManifestCheck,
  sealManifestCheck,
  asicManifestCheck,
  bagCheck,

  ...bundleRows,

  startTimeCheck,
  anchorTimeCheck,
  bundleTimeCheck,
  sealTimeCheck,
  timeOrderCheck,

  sealSignatureCheck,
  signatureTimeCheck,
  trustFolderCheck,
  xadesCheck,
  certificateSignatureCheck,
  smCheck,

  sealLogCheck,
  startLogCheck,
  anchorLogCheck,
  receiptCheck,
  secondLookCheck,
  secondLookBesideCheck,

  trustedSignerCheck,
  trustedTimeCheck,
  trustedLogCheck,
  witnessesCheck,
];

/**
 * The verifier's table of contents (design §9): container → manifests → bundle → time → signatures → log → policy → protection.
 * Each check may need what those above it established, never what stands below.
 */
export const checks: readonly CheckDefinition[] = [...sealChecks, protectionCheck];

/** `checks`; for a package in its wrapper of renewals, with those of the wrapper around them. */
export function checksOf(archive: Archive | undefined): readonly CheckDefinition[] {
  if (archive === undefined) return checks;
  return [
    archiveContainerCheck,
    ...sealChecks,
    ...renewalChecks(archive),
    trustedRenewalsCheck,
    protectionCheck,
  ];
}
