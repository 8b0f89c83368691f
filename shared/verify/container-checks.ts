import { openCanonicalZip } from '#shared/lib/zip/open-canonical-zip';
import { beginDigests } from './begin-digests.ts';
import type { CheckDefinition } from './check-definition.ts';
import { verifyPackageLayout } from './package-layout.ts';
import { isBundlePath, type PackageMember, readMember, requireSmallMembers } from './package-members.ts';
import { need } from './verification.ts';
import { VerifyError } from './verify-error.ts';

const software = {
  zh: '本核验程序',
  en: 'this verifier',
};

/** One canonical ZIP: nothing before, between or behind its entries, and only one way to write its headers. */
export const containerCheck: CheckDefinition = {
  id: 'container',
  proves: {
    zh: '封存包是一个规范的 ZIP:重建全部文件头与原件逐字节一致,条目之外没有任何数据',
    en: 'the package is one canonical ZIP: every header rebuilt equals the original byte for byte, and there is nothing outside the entries',
  },
  restsOn: software,
  async run(verification) {
    verification.found.archive = await openCanonicalZip(verification.source);
  },
};

/** Exactly the files a sealed package may hold. */
export const layoutCheck: CheckDefinition = {
  id: 'layout',
  proves: {
    zh: '文件不多、不少、次序固定:没有未受保护的文件',
    en: 'no file too many, none missing, in the fixed order: nothing is left uncovered',
  },
  restsOn: software,
  run(verification) {
    const { entries } = need(verification, 'archive');
    verification.found.captureId = verifyPackageLayout(entries.map(({ name }) => name));
  },
};

/** The outer pass: reads every byte of the package once. */
export const checksumCheck: CheckDefinition = {
  id: 'checksums',
  proves: { zh: '每个条目与其 CRC-32 一致', en: 'every entry agrees with its CRC-32' },
  restsOn: software,
  async run(verification) {
    const { source, ports } = verification;
    const { entries } = need(verification, 'archive');
    need(verification, 'captureId');
    requireSmallMembers(entries);
    for (const entry of entries) if (isBundlePath(entry.name)) await beginDigests(source, entry);
    const members = new Map<string, PackageMember>();
    let damaged: string | undefined;
    for (const entry of entries) {
      const { member, crc32 } = await readMember(source, ports, entry);
      members.set(entry.name, member);
      if (crc32 !== entry.crc32) damaged ??= entry.name;
    }
    verification.found.members = members;
    if (damaged !== undefined)
      throw new VerifyError('CRC_MISMATCH', `${damaged} does not agree with its CRC-32`, { entry: damaged });
  },
};
