import { equalBytes } from '#shared/lib/equal-bytes';
import { toUtf8 } from '#shared/lib/utf8';
import { parseAsicManifest } from '#shared/seal/asic-manifest';
import { BAGIT_TXT, parseBagInfo } from '#shared/seal/bag';
import { ASICE_MEDIA_TYPE, packagePath } from '#shared/seal/layout';
import { packageId } from '#shared/seal/package-id';
import { coverageOf } from '#shared/seal/package-member';
import type { CheckDefinition } from './check-definition.ts';
import { verifyListedFiles } from './listed-files.ts';
import { bytesAt, memberAt, type PackageMembers } from './package-members.ts';
import { need } from './verification.ts';
import { VerifyError } from './verify-error.ts';

const sha256Strength = { zh: 'SHA-256', en: 'SHA-256' };

/** `manifest-sha256.txt` vouches for the bundle and its time-stamp. */
export const payloadManifestCheck: CheckDefinition = {
  id: 'payload-manifest',
  proves: {
    zh: '证据包及其时间戳与 manifest-sha256.txt 一致',
    en: 'the bundle and its time-stamp are the ones manifest-sha256.txt lists',
  },
  restsOn: sha256Strength,
  run(verification) {
    const covered = (path: string) => coverageOf(path) === 'payload';
    verifyListedFiles(need(verification, 'members'), packagePath.manifest, covered);
  },
};

/** `tagmanifest-sha256.txt`, the sealed text, vouches for every file outside data/ and META-INF/. */
export const tagManifestCheck: CheckDefinition = {
  id: 'tag-manifest',
  proves: {
    zh: '说明、证书、回执、信任文件与受签名的 tagmanifest-sha256.txt 一致',
    en: 'documents, receipt and trust files are the ones the signed tagmanifest-sha256.txt lists',
  },
  restsOn: sha256Strength,
  run(verification) {
    const covered = (path: string) => coverageOf(path) === 'tag';
    verifyListedFiles(need(verification, 'members'), packagePath.tagManifest, covered);
  },
};

/** `META-INF/sealmanifest-sha256.txt` vouches for the signatures and time-stamps; the log leaf commits to it. */
export const sealManifestCheck: CheckDefinition = {
  id: 'seal-manifest',
  proves: {
    zh: 'META-INF 中的签名与时间戳与 sealmanifest-sha256.txt 一致',
    en: 'signatures and time-stamps in META-INF are the ones sealmanifest-sha256.txt lists',
  },
  restsOn: sha256Strength,
  run(verification) {
    const covered = (path: string) => coverageOf(path) === 'seal';
    verifyListedFiles(need(verification, 'members'), packagePath.sealManifest, covered);
  },
};

/** ASiC-E's own list of files (EN 319 162-1). */
export const asicManifestCheck: CheckDefinition = {
  id: 'asic-manifest',
  proves: {
    zh: 'ASiC 文件清单与实际文件一致',
    en: 'the ASiC manifest lists exactly the files that are there',
  },
  restsOn: { zh: '本核验程序', en: 'this verifier' },
  run(verification) {
    const members = need(verification, 'members');
    const listed = new Set(parseAsicManifest(bytesAt(members, packagePath.asicManifest)));
    const expected = [...members.keys()].filter(
      (path) => path !== packagePath.mimetype && !path.startsWith('META-INF/'),
    );
    const unlisted = expected.find((path) => !listed.delete(path));
    if (unlisted !== undefined)
      throw new VerifyError('NOT_LISTED', `${unlisted} is not in the ASiC manifest`, { entry: unlisted });
    const [absent] = listed;
    if (absent !== undefined)
      throw new VerifyError('LISTED_BUT_MISSING', `the ASiC manifest lists ${absent}`, { entry: absent });
  },
};

/** The fixed files of the bag, and that its names follow from its content. */
export const bagCheck: CheckDefinition = {
  id: 'bag',
  proves: {
    zh: '封存包编号由证据包的 SHA-256 得出,大小、文件数与取证编号相符',
    en: 'the package id follows from the SHA-256 of the bundle; sizes, counts and capture id agree',
  },
  restsOn: sha256Strength,
  run(verification) {
    const members = need(verification, 'members');
    const captureId = need(verification, 'captureId');
    requireContent(members, packagePath.mimetype, ASICE_MEDIA_TYPE);
    requireContent(members, packagePath.bagit, BAGIT_TXT);
    const info = parseBagInfo(bytesAt(members, packagePath.bagInfo));
    const payload = [...members.values()].filter(({ path }) => coverageOf(path) === 'payload');
    const expected = {
      'External-Identifier': packageId(memberAt(members, packagePath.bundle(captureId)).sha256),
      'Internal-Sender-Identifier': captureId,
      'Payload-Oxum': `${payload.reduce((sum, { size }) => sum + size, 0)}.${payload.length}`,
    };
    const stated = {
      'External-Identifier': info.externalIdentifier,
      'Internal-Sender-Identifier': info.internalSenderIdentifier,
      'Payload-Oxum': `${info.payload.bytes}.${info.payload.files}`,
    };
    for (const label of Object.keys(expected) as (keyof typeof expected)[])
      if (stated[label] !== expected[label])
        throw new VerifyError('BAG_INFO_MISMATCH', `${label} is not ${expected[label]}`, {
          entry: packagePath.bagInfo,
        });
    verification.found.bagInfo = info;
  },
};

function requireContent(members: PackageMembers, path: string, text: string): void {
  if (!equalBytes(bytesAt(members, path), toUtf8(text)))
    throw new VerifyError('ENTRY_CONTENT', `${path} does not hold its one possible text`, { entry: path });
}
