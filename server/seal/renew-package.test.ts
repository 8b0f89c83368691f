import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesSource } from '#shared/lib/bytes-source';
import { concatBytes } from '#shared/lib/concat-bytes';
import { toUtf8 } from '#shared/lib/utf8';
import { canonicalZip } from '#shared/lib/zip/canonical-zip';
import { openCanonicalZip } from '#shared/lib/zip/open-canonical-zip';
import { readEntry } from '#shared/lib/zip/read-entry';
import { parseCertificate } from '#shared/pki/certificate';
import { toPem } from '#shared/pki/pem';
import { parseTimeStampResponse } from '#shared/pki/time-stamp-response';
import { headline } from '#shared/verify/headline';
import { parseTrustFile, type TrustAnchors } from '#shared/verify/trust-anchors';
import { type PackageReport, verifyPackage } from '#shared/verify/verify-package';
import { hasOpenssl } from '../../test/fixtures/has-openssl.ts';
import { createTestSealer, type TestSealer } from '../../test/fixtures/test-seal.ts';
import { nodePorts } from '../store/node-ports.ts';
import { openTrust, type Trust } from '../trust/trust.ts';
import { trustFileOf } from '../trust-file.ts';
import { renewPackage } from './renew-package.ts';
import { seal } from './seal.ts';

/** The trial certificates of a year last ten years. */
const sealedIn = Date.UTC(2026, 10, 22);
const clock = { now: sealedIn };
let dir = '';
let sealer: TestSealer;
let packageId = '';
let plain: Uint8Array;
let once: Uint8Array;
let twice: Uint8Array;
/** Services of later years, each with a time-stamp authority of its own. */
let of2036: Trust;
let of2045: Trust;
let anchors: TrustAnchors;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'renew-'));
  sealer = await createTestSealer(join(dir, 'service'), () => new Date(clock.now));
  const work = await sealer.prepare('one');
  packageId = work.id;
  plain = await readFile((await seal(work)).path);
  of2036 = await trustOf(2036);
  of2045 = await trustOf(2045);
  once = await renewed(plain, of2036, Date.UTC(2036, 5, 1));
  twice = await renewed(once, of2045, Date.UTC(2045, 3, 1));
  const own = trustFileOf(sealer.trust, sealer.log);
  const later = [of2036, of2045].flatMap(({ authorities }) => authorities.flatMap(({ roots }) => roots));
  anchors = parseTrustFile(`${own}${later.map((der) => toPem('CERTIFICATE', der)).join('')}`);
});
afterAll(async () => {
  await sealer.close();
  await rm(dir, { recursive: true });
});

function trustOf(year: number): Promise<Trust> {
  clock.now = Date.UTC(year, 0, 2);
  return openTrust(join(dir, `trust-${year}`), { organisation: '续期机构', now: () => new Date(clock.now) });
}

async function renewed(bytes: Uint8Array, by: Trust, at: number): Promise<Uint8Array> {
  clock.now = at;
  const target = join(dir, `${packageId}.asics`);
  await renewPackage(bytesSource(bytes), packageId, by.authorities[0]!, target);
  return readFile(target);
}

const verify = (bytes: Uint8Array, year: number, given = anchors) =>
  verifyPackage(bytesSource(bytes), nodePorts, { anchors: given, now: Date.UTC(year, 0, 1) });
const outcome = ({ verdict, checks }: PackageReport, ...ids: string[]) => ({
  verdict,
  ...Object.fromEntries(
    checks.filter(({ id }) => ids.includes(id)).map(({ id, status, code }) => [id, code ?? status]),
  ),
});

describe('a package that is not wrapped', () => {
  test('is valid while the certificates of its time-stamp last, and no longer', async () => {
    const report = await verify(plain, 2030);
    expect(outcome(report, 'protection')).toEqual({ verdict: 'valid', protection: 'pass' });
    expect(report.facts.protectedUntil).toMatchObject({ at: '2036-01-01T00:00:00.000Z' });
    const late = await verify(plain, 2040);
    expect(outcome(late, 'protection')).toEqual({ verdict: 'intact', protection: 'RENEWAL_MISSING' });
    expect(headline(late)).toEqual({
      zh: '完整;证书过期后的有效性未验证',
      en: 'intact; validity after certificates had run out not verified',
    });
  });

  test('without a clock is judged as before', async () => {
    const report = await verifyPackage(bytesSource(plain), nodePorts, { anchors });
    expect(outcome(report, 'protection')).toEqual({ verdict: 'valid', protection: 'NO_CLOCK' });
  });
});

describe('a renewed package', () => {
  test('is valid after all certificates of its seal have run out', async () => {
    const report = await verify(once, 2040);
    expect(outcome(report, 'archive-container', 'renewal-1', 'trusted-renewals', 'protection')).toEqual({
      verdict: 'valid',
      'archive-container': 'pass',
      'renewal-1': 'pass',
      'trusted-renewals': 'pass',
      protection: 'pass',
    });
    expect(report.facts).toMatchObject({
      id: packageId,
      renewed: [{ at: '2036-06-01T00:00:00.000Z' }],
      protectedUntil: { at: '2036-01-01T00:00:00.000Z' },
    });
    expect(report.checks.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['container', 'bundle-warc', 'trusted-log']),
    );
    expect(outcome(await verify(once, 2050), 'protection')).toEqual({
      verdict: 'intact',
      protection: 'RENEWAL_MISSING',
    });
  });

  test('renewed again is valid after the certificates of the first renewal have run out', async () => {
    const report = await verify(twice, 2050);
    expect(outcome(report, 'renewal-1', 'renewal-2', 'protection')).toEqual({
      verdict: 'valid',
      'renewal-1': 'pass',
      'renewal-2': 'pass',
      protection: 'pass',
    });
    expect(report.facts.renewed).toHaveLength(2);
    const thrice = await renewed(twice, of2045, Date.UTC(2045, 6, 1));
    expect((await verify(thrice, 2050)).verdict).toBe('valid');
    const { entries } = await openCanonicalZip(bytesSource(thrice));
    expect(entries.map(({ name }) => name)).toEqual([
      'mimetype',
      `${packageId}.asice`,
      'META-INF/timestamp.tst',
      'META-INF/ASiCArchiveManifest001.xml',
      'META-INF/timestamp001.tst',
      'META-INF/ASiCArchiveManifest.xml',
      'META-INF/timestamp002.tst',
    ]);
  });

  test('holds the package byte for byte', async () => {
    for (const bytes of [once, twice]) {
      const source = bytesSource(bytes);
      const { entries } = await openCanonicalZip(source);
      expect(Buffer.compare(await readEntry(source, entries[1]!), plain)).toBe(0);
    }
  });

  test('renewed too late is not protected, and says so', async () => {
    const late = await renewed(plain, of2045, Date.UTC(2045, 1, 1));
    expect(outcome(await verify(late, 2046), 'renewal-1', 'protection')).toEqual({
      verdict: 'intact',
      'renewal-1': 'pass',
      protection: 'RENEWED_TOO_LATE',
    });
  });

  test('is protected for those only who trust the authority of the renewal', async () => {
    const own = parseTrustFile(trustFileOf(sealer.trust, sealer.log));
    expect(outcome(await verify(once, 2040, own), 'renewal-1', 'trusted-renewals', 'protection')).toEqual({
      verdict: 'intact',
      'renewal-1': 'pass',
      'trusted-renewals': 'NOT_ANCHORED',
      protection: 'RENEWAL_MISSING',
    });
    const blind = await verifyPackage(bytesSource(once), nodePorts, { now: Date.UTC(2040, 0, 1) });
    expect(outcome(blind, 'trusted-renewals', 'protection')).toEqual({
      verdict: 'intact',
      'trusted-renewals': 'NO_ANCHOR_GIVEN',
      protection: 'pass',
    });
  });

  test('of another package cannot be written over it', async () => {
    const target = join(dir, 'other.asics');
    await expect(
      renewPackage(bytesSource(once), 'EVD-AAAAAAAAAAAAAAAA', of2036.authorities[0]!, target),
    ).rejects.toMatchObject({ code: 'WORK_MALFORMED' });
    const silent = { name: 'silent', stamp: () => Promise.reject(new Error('gone')) };
    await expect(renewPackage(bytesSource(once), packageId, silent, target)).rejects.toMatchObject({
      code: 'TIME_STAMP_FAILED',
      entry: 'META-INF/timestamp001.tst',
    });
    await expect(readFile(target)).rejects.toThrow('ENOENT');
  });
});

/** Members of a wrapper, open to any change. */
async function membersOf(bytes: Uint8Array): Promise<[string, Uint8Array][]> {
  const source = bytesSource(bytes);
  const { entries } = await openCanonicalZip(source);
  const members: [string, Uint8Array][] = [];
  for (const entry of entries) members.push([entry.name, await readEntry(source, entry)]);
  return members;
}

function pack(members: readonly (readonly [string, Uint8Array])[]): Uint8Array {
  const { localHeaders, trailer } = canonicalZip(
    members.map(([name, bytes]) => ({ name, size: bytes.length, crc32: nodePorts.crc32(bytes) })),
  );
  return concatBytes(
    ...members.flatMap(([, bytes], index) => [localHeaders[index] ?? new Uint8Array(), bytes]),
    trailer,
  );
}

/** Each place takes a whole verification. */
const STEP = process.env.TIEZHENG_LONG === '1' ? 1 : 421;

describe('a wrapper that was tampered with', () => {
  test('one flipped bit anywhere in the wrapper is found', async () => {
    const source = bytesSource(twice);
    const { entries } = await openCanonicalZip(source);
    const inner = entries[1]!;
    const places = [...twice.keys()].filter((at) => at < inner.offset || at >= inner.offset + inner.size);
    expect(places.length).toBeGreaterThan(5000);
    const missed: number[] = [];
    for (const at of places.filter((_, index) => index % STEP === 0)) {
      const altered = Uint8Array.from(twice);
      altered[at] = (altered[at] ?? 0) ^ (1 << (at % 8));
      const { verdict } = await verify(altered, 2050);
      if (verdict !== 'invalid' && verdict !== 'unreadable') missed.push(at);
    }
    expect(missed).toEqual([]);
  }, 3_600_000);

  test.each<[string, (members: [string, Uint8Array][]) => [string, Uint8Array][], string]>([
    [
      'a member added',
      (all) => [...all, ['META-INF/extra.xml', toUtf8('x')]],
      'archive-container ENTRY_NOT_ALLOWED',
    ],
    ['a token dropped', (all) => all.slice(0, -1), 'archive-container ENTRY_ORDER'],
    ['tokens swapped', (all) => all.with(2, [all[2]![0], all[4]![1]]), 'renewal-1 IMPRINT_MISMATCH'],
    [
      'members reordered',
      (all) => [...all.slice(0, 3), all[4]!, all[3]!, ...all.slice(5)],
      'archive-container ENTRY_ORDER',
    ],
    [
      'a manifest with one digest changed',
      (all) =>
        all.with(3, [
          all[3]![0],
          toUtf8(new TextDecoder().decode(all[3]![1]).replace(/>[A-Za-z0-9+/]{4}/, '>AAAA')),
        ]),
      'renewal-2 HASH_MISMATCH',
    ],
    [
      'a package renamed',
      (all) => all.with(1, ['EVD-AAAAAAAAAAAAAAAA.asice', all[1]![1]]),
      'renewal-1 PACKAGE_ID_MISMATCH',
    ],
    [
      'the package replaced by nothing',
      (all) => all.with(1, [all[1]![0], new Uint8Array()]),
      'container NOT_A_ZIP',
    ],
    ['a wrapper in a wrapper', (all) => all.with(1, [all[1]![0], once]), 'layout ENTRY_MISSING'],
  ])('%s', async (_, change, fault) => {
    const report = await verify(pack(change(await membersOf(twice))), 2050);
    expect(report.verdict).toBe('invalid');
    expect(
      report.checks.filter(({ status }) => status === 'fail').map(({ id, code }) => `${id} ${code}`),
    ).toContain(fault);
  });

  test('a good token over something else, an earlier token', async () => {
    const members = await membersOf(once);
    clock.now = Date.UTC(2036, 6, 1);
    const foreign = parseTimeStampResponse(await of2036.authorities[0]!.stamp(new Uint8Array(32))).token;
    const swapped = await verify(pack(members.with(2, [members[2]![0], foreign])), 2040);
    expect(outcome(swapped, 'renewal-1')).toEqual({ verdict: 'invalid', 'renewal-1': 'IMPRINT_MISMATCH' });
    const early = await renewed(once, of2036, Date.UTC(2036, 4, 1));
    expect(outcome(await verify(early, 2040), 'renewal-2')).toEqual({
      verdict: 'invalid',
      'renewal-2': 'TIME_ORDER',
    });
  });
});

test.skipIf(!hasOpenssl)('openssl verifies each renewal from the unzipped wrapper', async () => {
  const members = new Map(await membersOf(twice));
  const root = join(dir, 'root.pem');
  const run = async (trust: Trust, token: string, data: string) => {
    await writeFile(root, toPem('CERTIFICATE', trust.authorities[0]!.roots[0]!));
    await writeFile(join(dir, 'token'), members.get(token)!);
    await writeFile(join(dir, 'data'), members.get(data)!);
    const attime = String(Date.UTC(2045, 4, 1) / 1000);
    const args = ['ts', '-verify', '-token_in', '-in', join(dir, 'token'), '-data', join(dir, 'data')];
    return spawnSync('openssl', [...args, '-CAfile', root, '-attime', attime], { encoding: 'utf8' });
  };
  expect((await run(of2036, 'META-INF/timestamp.tst', `${packageId}.asice`)).stdout).toContain('OK');
  const manifest = 'META-INF/ASiCArchiveManifest.xml';
  expect((await run(of2045, 'META-INF/timestamp001.tst', manifest)).stdout).toContain('OK');
  expect((await run(of2045, 'META-INF/timestamp001.tst', 'mimetype')).stdout).not.toContain('OK');
  expect(parseCertificate(of2045.authorities[0]!.roots[0]!).notAfter).toBeGreaterThan(Date.UTC(2050, 0));
});
