import { equalBytes } from '#shared/lib/equal-bytes';
import { fromHex } from '#shared/lib/hex';
import { type Sha256, sha256Hex } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { BAGIT_TXT, buildBagInfo } from '#shared/seal/bag';
import { journalDigest } from '#shared/seal/certificate/certificate-facts';
import { buildHashManifest } from '#shared/seal/hash-manifest';
import { ASICE_MEDIA_TYPE, packagePath } from '#shared/seal/layout';
import { buildReadme } from '#shared/seal/readme';
import { authorityOf } from './authority-of.ts';
import { readAnchorToken } from './read-exhibits.ts';
import { readSealStart } from './seal-start.ts';
import type { SealStep, SealWork } from './seal-work.ts';
import { sealAuthority } from './stamp.ts';
import { memberOutput, readMember, writeMember } from './work-folder.ts';

/** mimetype, the BagIt declaration and manifest, and the README. */
export const writeBag: SealStep = {
  name: 'bag',
  outputs: () =>
    [
      packagePath.mimetype,
      packagePath.bagit,
      packagePath.bagInfo,
      packagePath.manifest,
      packagePath.readme,
    ].map(memberOutput),
  async run(work) {
    const token = await readMember(work, packagePath.bundleToken(work.captureId));
    await writeMember(work, packagePath.mimetype, () => toUtf8(ASICE_MEDIA_TYPE));
    await writeMember(work, packagePath.bagit, () => toUtf8(BAGIT_TXT));
    await writeMember(work, packagePath.bagInfo, () => bagInfo(work, token.length));
    await writeMember(work, packagePath.manifest, () =>
      buildHashManifest(
        new Map<string, Sha256>([
          [packagePath.bundle(work.captureId), work.bundle.sha256],
          [packagePath.bundleToken(work.captureId), sha256Hex(token)],
        ]),
      ),
    );
    await writeMember(work, packagePath.readme, () => readme(work));
  },
};

async function bagInfo(work: SealWork, tokenBytes: number): Promise<Uint8Array> {
  const start = await readSealStart(work);
  return buildBagInfo({
    sourceOrganization: start.organisation,
    externalIdentifier: work.id,
    internalSenderIdentifier: work.captureId,
    baggingDate: new Date(start.sealedAt).toISOString().slice(0, 10),
    softwareAgent: `${start.systemName} ${start.softwareVersion}`,
    payload: { bytes: work.bundle.bytes + tokenBytes, files: 2 },
    previousSeal: start.previousSeal,
  });
}

async function readme(work: SealWork): Promise<Uint8Array> {
  const { systemName, organisation, sealedAt } = await readSealStart(work);
  const { authority, root } = await sealAuthority(work);
  return buildReadme({
    packageId: work.id,
    captureId: work.captureId,
    ...{ systemName, organisation, sealedAt },
    selfIssued: work.trust.selfIssued || authority.selfIssued,
    hasAnchor: await anchorEndsIn(root, work),
  });
}

/** Whether the journal's token can be checked with the one time-stamp root the package carries. */
async function anchorEndsIn(root: Uint8Array, work: SealWork): Promise<boolean> {
  const anchorToken = await readAnchorToken(work);
  if (anchorToken === undefined) return false;
  const made = await authorityOf(work.trust, anchorToken, fromHex(journalDigest(work.bundle.journal)));
  return made !== undefined && equalBytes(made.root, root);
}
