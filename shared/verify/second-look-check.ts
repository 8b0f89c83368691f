import { parseCanonicalFile } from '#shared/bundle/canonical-file';
import { canonicalJson, type Json } from '#shared/lib/canonical-json';
import { sha256Hex } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { packagePath } from '#shared/seal/layout';
import { secondLookFile } from '#shared/witness/second-look-file';
import type { CheckDefinition } from './check-definition.ts';
import { inEntry } from './in-entry.ts';
import { bytesAt, memberAt } from './package-members.ts';
import { requireStatement } from './require-statement.ts';
import { need, type Verification } from './verification.ts';
import { VerifyError } from './verify-error.ts';

/** Witness artefacts 旁证 in the package. */
export const secondLookCheck: CheckDefinition = {
  id: 'second-look',
  proves: {
    zh: '包内旁证说的正是这个证据包,由封存机构签署并记入日志',
    en: 'the second looks in the package speak of this very bundle, signed by the sealing organisation and logged',
  },
  restsOn: {
    zh: '封存机构的签名密钥与日志;所见内容依据服务端及第二台设备',
    en: 'the signing key and the log of the sealing organisation; what was seen rests on the service and the second device',
  },
  applies: ({ found }) => found.members?.has(packagePath.secondLook(1)) === true,
  async run(verification) {
    const members = need(verification, 'members');
    for (let n = 1; members.has(packagePath.secondLook(n)); n++) {
      const entry = packagePath.secondLook(n);
      await inEntry(entry, () => requireSecondLook(verification, bytesAt(members, entry), entry));
    }
  },
};

/** Second looks taken after the seal, which stand beside the package. */
export const secondLookBesideCheck: CheckDefinition = {
  id: 'second-look-beside',
  proves: {
    zh: '包外旁证文件说的正是这个证据包,由封存机构签署并记入日志',
    en: 'the second looks beside the package speak of its very bundle, signed by the sealing organisation and logged',
  },
  restsOn: secondLookCheck.restsOn,
  applies: ({ beside = [] }) => beside.length > 0,
  async run(verification) {
    for (const { name, bytes } of verification.beside ?? [])
      await inEntry(name, () => requireSecondLook(verification, bytes, name));
  },
};

async function requireSecondLook(
  verification: Verification,
  bytes: Uint8Array,
  entry: string,
): Promise<void> {
  const file = parseCanonicalFile(secondLookFile, bytes, entry);
  const captureId = need(verification, 'captureId');
  const { look } = file;
  const { sha256 } = memberAt(need(verification, 'members'), packagePath.bundle(captureId));
  const { externalIdentifier } = need(verification, 'bagInfo');
  if (look.package !== externalIdentifier || look.capture !== captureId || look.bundle !== sha256)
    throw new VerifyError('STATEMENT_MISMATCH', `${entry} speaks of another bundle`, { entry });
  const signed = toUtf8(canonicalJson(look as Json));
  await requireStatement(verification, {
    ...file,
    signed,
    leaf: { type: 'evidence-second-look/v1', look: sha256Hex(signed) },
    at: Date.parse(look.at),
    entry,
  });
}
