import { equalBytes } from '#shared/lib/equal-bytes';
import { fromHex } from '#shared/lib/hex';
import type { Sha256 } from '#shared/lib/sha256';
import { sha256Hex } from '#shared/lib/sha256';
import type { ZipEntry } from '#shared/lib/zip/open-zip';
import { hashEntry, readEntry } from '#shared/lib/zip/read-entry';
import { parseTimeStampToken } from '#shared/pki/time-stamp-token';
import { verifyTimeStampToken } from '#shared/pki/verify-time-stamp';
import { archivePath } from '#shared/seal/archive-layout';
import { buildArchiveManifest } from '#shared/seal/archive-manifest';
import { anchorOf, requireCertificates, useAnchor } from './anchor-of.ts';
import type { Archive } from './archive.ts';
import type { CheckDefinition } from './check-definition.ts';
import { inEntry } from './in-entry.ts';
import { NotChecked } from './not-checked.ts';
import type { StampedTime } from './stamped-time.ts';
import { need, type Verification } from './verification.ts';
import { VerifyError } from './verify-error.ts';

/** Tokens and manifests of an archive, as its outer pass read them. */
export interface ArchiveMembers {
  readonly packageId: string;
  readonly renewals: number;
  /** SHA-256 of the wrapped package. */
  readonly package: Sha256;
  /** By path: every member but media type and package. */
  readonly small: ReadonlyMap<string, Uint8Array>;
}

/** Tokens take up to 10 kB, manifests 400 bytes for each renewal. */
const MAX_SMALL_MEMBER = 1 << 20;
/** As between the time-stamps of a seal. */
const TOLERANCE_MS = 60_000;

const software = { zh: '本核验程序', en: 'this verifier' };
const authority = {
  zh: '签发该时间戳的机构;机构是否可信另见 trusted-renewals',
  en: 'the authority that issued the token; whether it is trusted is judged by trusted-renewals',
};

/** The wrapper holds one package, its time-stamps and archive manifests, and nothing else. */
export const archiveContainerCheck: CheckDefinition = {
  id: 'archive-container',
  proves: {
    zh: '续期封装是一个规范的 ZIP,只含一个封存包、各次时间戳与归档清单',
    en: 'the wrapper is one canonical ZIP with one sealed package, its time-stamps and archive manifests, and nothing else',
  },
  restsOn: software,
  async run(verification) {
    const archive = need(verification, 'archiveSource');
    const { layout, entries, source } = archive;
    if (layout === undefined) throw strayMember(archive);
    const small = new Map<string, Uint8Array>();
    let digest: Sha256 | undefined;
    for (const entry of entries.slice(1)) {
      if (entry.name === archivePath.package(layout.packageId))
        digest = await hashEntry(source, entry, verification.ports);
      else small.set(entry.name, await readSmall(archive, entry));
    }
    if (digest === undefined) throw strayMember(archive);
    verification.found.archiveMembers = { ...layout, package: digest, small };
  },
};

function readSmall({ source }: Archive, entry: ZipEntry): Promise<Uint8Array> {
  if (entry.size <= MAX_SMALL_MEMBER) return readEntry(source, entry);
  throw new VerifyError('ENTRY_TOO_LARGE', `${entry.name} is larger than ${MAX_SMALL_MEMBER} bytes`, {
    entry: entry.name,
  });
}

function strayMember({ entries }: Archive): VerifyError {
  const known =
    /^(?:mimetype|EVD-[A-Z2-7]{16}\.asice|META-INF\/(?:timestamp(?:[0-9]{3})?\.tst|ASiCArchiveManifest(?:[0-9]{3})?\.xml))$/;
  const stray = entries.find(({ name }) => !known.test(name));
  return stray === undefined
    ? new VerifyError('ENTRY_ORDER', 'members of the wrapper are missing or out of order')
    : new VerifyError('ENTRY_NOT_ALLOWED', `${stray.name} has no place in a wrapper`, { entry: stray.name });
}

/** One check for each time-stamp of the wrapper, in the order in which they were made. */
export function renewalChecks({ layout }: Archive): CheckDefinition[] {
  return Array.from({ length: (layout?.renewals ?? 0) + 1 }, (_, n) => ({
    id: `renewal-${n + 1}`,
    proves:
      n === 0
        ? {
            zh: '整个封存包在该次续期时间戳的时间已存在,此后未改',
            en: 'the whole package existed at the time of this renewal, and is unchanged since',
          }
        : {
            zh: '封存包及此前各次续期在该次时间戳的时间已存在,此后未改',
            en: 'the package and every renewal before existed at the time of this renewal, and are unchanged since',
          },
    restsOn: authority,
    run: (verification: Verification) => verifyRenewal(verification, n),
  }));
}

async function verifyRenewal(verification: Verification, n: number): Promise<void> {
  const { found, ports } = verification;
  const members = need(verification, 'archiveMembers');
  requirePackageName(verification, members.packageId);
  const digest = n === 0 ? members.package : requireManifest(members, n);
  const entry = archivePath.token(n);
  const token = members.small.get(entry) ?? new Uint8Array();
  const stamp = await inEntry(entry, async (): Promise<StampedTime> => {
    const { genTime, signer } = await verifyTimeStampToken(ports, token, { digest: fromHex(digest) });
    return { entry, genTime, signer, certificates: parseTimeStampToken(token).certificates };
  });
  const before = found.renewals?.at(-1) ?? found.sealTime;
  if (before !== undefined && stamp.genTime + TOLERANCE_MS < before.genTime)
    throw new VerifyError('TIME_ORDER', `${entry} is earlier than ${before.entry}`, { entry });
  found.renewals = [...(found.renewals ?? []), stamp];
}

function requirePackageName(verification: Verification, packageId: string): void {
  const { externalIdentifier } = need(verification, 'bagInfo');
  const entry = archivePath.package(packageId);
  if (externalIdentifier !== packageId)
    throw new VerifyError('PACKAGE_ID_MISMATCH', `${entry} is ${externalIdentifier}`, { entry });
}

/** The manifest of renewal `n` is the one its digests give; its SHA-256. */
function requireManifest(members: ArchiveMembers, n: number): Sha256 {
  const { packageId, renewals, small } = members;
  const bytesOf = (path: string) => small.get(path) ?? new Uint8Array();
  const paths = Array.from({ length: n }, (_, k) => k);
  const expected = buildArchiveManifest(n, {
    packageId,
    package: members.package,
    tokens: paths.map((k) => sha256Hex(bytesOf(archivePath.token(k)))),
    manifests: paths.slice(1).map((k) => sha256Hex(bytesOf(archivePath.manifest(k, renewals)))),
  });
  const entry = archivePath.manifest(n, renewals);
  if (!equalBytes(bytesOf(entry), expected))
    throw new VerifyError('HASH_MISMATCH', `${entry} is not the manifest of what the wrapper holds`, {
      entry,
    });
  return sha256Hex(expected);
}

/** Renewals protect a package for those who trust the authorities that made them. */
export const trustedRenewalsCheck: CheckDefinition = {
  id: 'trusted-renewals',
  proves: {
    zh: '每次续期的时间戳都由您信任的机构签发(按各自的时间判断)',
    en: 'the time-stamp of every renewal comes from an authority you trust, judged at its own time',
  },
  restsOn: {
    zh: '您给出的信任锚(--trust),不取自封存包',
    en: 'the trust anchors you gave (--trust), never the package',
  },
  async run(verification) {
    const { found } = verification;
    const { renewals: expected } = need(verification, 'archiveMembers');
    const renewals = need(verification, 'renewals');
    requireCertificates(verification, archivePath.token(0));
    const trusted: StampedTime[] = [];
    for (const stamp of renewals) {
      const root = await anchorOf(verification, stamp);
      if (root === undefined) continue;
      useAnchor(verification, root);
      trusted.push(stamp);
    }
    found.trustedRenewals = trusted;
    const stray = renewals.find((stamp) => !trusted.includes(stamp));
    if (stray !== undefined)
      throw new NotChecked('NOT_ANCHORED', 'no anchor vouches for the renewal', { entry: stray.entry });
    if (renewals.length <= expected)
      throw new NotChecked('PREREQUISITE_FAILED', 'a renewal does not hold', { entry: archivePath.token(0) });
  },
};
