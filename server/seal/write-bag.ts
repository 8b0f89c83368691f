import { type Sha256, sha256Hex } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { BAGIT_TXT, buildBagInfo } from '#shared/seal/bag';
import { buildHashManifest } from '#shared/seal/hash-manifest';
import { ASICE_MEDIA_TYPE, packagePath } from '#shared/seal/layout';
import { buildReadme } from '#shared/seal/readme';
import { electedAuthorities } from './elected-authorities.ts';
import { readSealStart } from './seal-start.ts';
import type { SealStep, SealWork } from './seal-work.ts';
import { timeStampCertificates } from './time-stamp-certificates.ts';
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
  const authorities = await electedAuthorities(work);
  const { sealRoots, anchorRoot } = await timeStampCertificates(work);
  return buildReadme({
    packageId: work.id,
    captureId: work.captureId,
    ...{ systemName, organisation, sealedAt },
    selfIssued: work.trust.selfIssued || authorities.some(({ authority }) => authority.selfIssued),
    hasSm2: work.trust.sm2 !== undefined,
    sealRoots,
    anchorRoot,
  });
}
