import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canonicalFile } from '#shared/bundle/canonical-file';
import { bundlePath } from '#shared/bundle/layout';
import { bytesSource } from '#shared/lib/bytes-source';
import { sha256, sha256Hex } from '#shared/lib/sha256';
import { fromUtf8 } from '#shared/lib/utf8';
import { leafBytes } from '#shared/log/leaf';
import { formatVerifierKey, verifierKey } from '#shared/log/verifier-key';
import { buildSignedData } from '#shared/pki/build-signed-data';
import { oid } from '#shared/pki/oid';
import { toPem } from '#shared/pki/pem';
import { buildBagInfo, parseBagInfo } from '#shared/seal/bag';
import { packagePath } from '#shared/seal/layout';
import { seal } from '../../server/seal/seal.ts';
import type { SealWork } from '../../server/seal/seal-work.ts';
import { nodePorts } from '../../server/store/node-ports.ts';
import { openTrust } from '../../server/trust/trust.ts';
import { trustFileOf } from '../../server/trust-file.ts';
import { buildTestBundle, type TestBundleOptions } from '../../test/fixtures/build-test-bundle.ts';
import { PackageDraft, stamp } from '../../test/fixtures/package-draft.ts';
import { createTestDevice } from '../../test/fixtures/test-device.ts';
import { createTestSealer, type TestSealer } from '../../test/fixtures/test-seal.ts';
import { checks as allChecks } from './checks.ts';
import { claimsOf } from './claims.ts';
import { countChecks, headline } from './headline.ts';
import { parseTrustFile, type TrustAnchors } from './trust-anchors.ts';
import { type PackageReport, verifyPackage } from './verify-package.ts';

const dir = mkdtempSync(join(tmpdir(), 'verify-'));
let own: TestSealer;
let stranger: TestSealer;
let work: SealWork;
let bytes: Uint8Array;
let anchors: TrustAnchors;

const anchorsOf = ({ trust, log }: TestSealer) => parseTrustFile(trustFileOf(trust, log));
const verify = (source: Uint8Array, given?: TrustAnchors): Promise<PackageReport> =>
  verifyPackage(bytesSource(source), nodePorts, given === undefined ? {} : { anchors: given });
/** Those every package has a row for. */
const checks = allChecks.filter(({ applies }) => applies === undefined);
const failures = ({ checks: list }: PackageReport) =>
  list.filter(({ status }) => status === 'fail').map(({ id, code, entry }) => `${id} ${code} ${entry}`);
const statusOf = ({ checks: list }: PackageReport, id: string) => {
  const { status, code } = list.find((check) => check.id === id) ?? {};
  return code === undefined ? status : `${status} ${code}`;
};
const draft = () => PackageDraft.of(bytes);

beforeAll(async () => {
  own = await createTestSealer(join(dir, 'own'));
  stranger = await createTestSealer(join(dir, 'stranger'));
  work = await own.prepare('one');
  bytes = await readFile((await seal(work)).path);
  anchors = anchorsOf(own);
});
afterAll(async () => {
  await own.close();
  await stranger.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('a sealed package', () => {
  test('is valid with the anchors of its organisation', async () => {
    const report = await verify(bytes, anchors);
    expect(failures(report)).toEqual([]);
    expect(report.verdict).toBe('valid');
    expect(headline(report)).toEqual({
      zh: '有效:封存后未被更改;签署人、时间与日志均由您给出的信任锚证实',
      en: 'valid: unchanged since it was sealed; signer, time and log verified against the anchors you gave',
    });
    expect(report.anchors).toEqual([
      expect.stringMatching(/^certificate .*Trial CA/),
      expect.stringMatching(/^certificate .*Trial TSA CA/),
      'log log.example/test',
    ]);
  });

  test('is never called valid without anchors', async () => {
    const report = await verify(bytes);
    expect(failures(report)).toEqual([]);
    expect(report.verdict).toBe('intact');
    expect(report.anchors).toEqual([]);
    expect(headline(report)).toEqual({
      zh: '完整;签署人、时间与日志未验证',
      en: 'intact; signer, time and log not verified',
    });
    expect(countChecks(report.checks)['not-checked']).toBeGreaterThanOrEqual(4);
  });

  test.each([
    ['the CA alone', () => toPem('CERTIFICATE', own.trust.ca), 'intact; time and log not verified'],
    ['the log key alone', () => own.log.vkey, 'intact; signer and time not verified'],
    [
      'the certificates alone',
      () =>
        [own.trust.ca, ...(own.trust.authorities[0]?.roots ?? [])]
          .map((der) => toPem('CERTIFICATE', der))
          .join(''),
      'intact; log not verified',
    ],
  ])('with %s says what stays open', async (_, text, sentence) => {
    const report = await verify(bytes, parseTrustFile(text()));
    expect(report.verdict).toBe('intact');
    expect(headline(report).en).toBe(sentence);
  });

  test('gives a report of the fixed shape, each check saying what it proves and on whom that rests', async () => {
    const report = await verify(bytes, anchors);
    expect(Object.keys(report)).toEqual(['verdict', 'checks', 'anchors', 'facts']);
    expect(report.checks.map(({ id }) => id)).toEqual(checks.map(({ id }) => id));
    expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
    for (const { id, proves, restsOn } of report.checks) {
      expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      for (const text of [proves.zh, proves.en, restsOn.zh, restsOn.en])
        expect(text.length).toBeGreaterThan(4);
    }
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  test('states its facts and its claims', async () => {
    const report = await verify(bytes, anchors);
    expect(report.facts).toMatchObject({
      id: work.id,
      capture: work.captureId,
      bundle: work.bundle.sha256,
      url: { requested: 'http://127.0.0.1:8801/heavy/' },
      notCaptured: work.bundle.record.notCaptured.length,
      witnesses: [],
      log: { origin: 'log.example/test' },
    });
    expect(report.facts.selfIssued?.join()).toMatch(/Trial Signer.*Trial TSA/);
    const { proves, restsOn, doesNotProve } = claimsOf(report);
    const zh = (list: readonly { zh: string }[]) => list.map((sentence) => sentence.zh).join('\n');
    expect(zh(proves)).toMatch(/证据自 .*(北京时间.*)时起未被更改/);
    expect(zh(restsOn)).toMatch(/自签/);
    expect(zh(doesNotProve)).toMatch(/不证明网页内容属实.*可分叉/s);
  });

  test('without challenge and anchor is valid still, and says what is missing', async () => {
    const { path } = await seal(await own.prepare('plain', { unanchored: true }));
    const report = await verify(await readFile(path), anchors);
    expect(report.verdict).toBe('valid');
    expect(report.facts.defects).toEqual(['no-challenge', 'no-anchor']);
    for (const id of ['start-time', 'anchor-time', 'start-log', 'anchor-log'])
      expect(statusOf(report, id)).toBe('not-checked NOT_PRESENT');
    expect(
      claimsOf(report)
        .proves.map(({ en }) => en)
        .join(),
    ).not.toMatch(/not been altered since/);
    expect(
      claimsOf(report)
        .doesNotProve.map(({ en }) => en)
        .join(),
    ).toMatch(/There is no anchor/);
  });
});

describe('resealed by a stranger', () => {
  let resealed: Uint8Array;
  beforeAll(async () => {
    const { trust, log } = stranger;
    const pem = (der: Uint8Array | undefined) => toPem('CERTIFICATE', der ?? new Uint8Array());
    const [authority] = trust.authorities;
    const forged = (await draft())
      .set(packagePath.caCertificate, pem(trust.ca))
      .set(packagePath.ocspCertificate, pem(trust.ocspCertificate!))
      .set(packagePath.tsa(1), pem(authority?.certificates[0]))
      .set(packagePath.tsaCa(1), pem(authority?.roots[0]))
      .set(packagePath.logKey, `${log.vkey}\n`);
    await forged.signCertificate(stranger);
    resealed = (await forged.sealFrom('bundle', stranger)).pack();
  });

  test('is invalid with the anchors of the real organisation', async () => {
    const report = await verify(resealed, anchors);
    expect(report.verdict).toBe('invalid');
    expect(failures(report)).toEqual([
      `trusted-signer SIGNER_NOT_TRUSTED ${packagePath.cms}`,
      `trusted-log LOG_NOT_TRUSTED ${packagePath.logProof}`,
    ]);
    expect(report.anchors).not.toContain('log log.example/test');
    expect(claimsOf(report).proves).toHaveLength(1);
  });

  test('is at most intact without anchors', async () => {
    const report = await verify(resealed);
    expect(failures(report)).toEqual([]);
    expect(report.verdict).toBe('intact');
    expect(statusOf(report, 'start-log')).toBe('not-checked NOT_ANCHORED');
    expect(headline(report).zh).toBe('完整;签署人、时间与日志未验证');
  });
});

/** What a holder of the real keys might do, and the check that stands in the way. */
describe('with everything behind the change made again by the real keys, is still refused:', () => {
  const cases: [string, string, () => Promise<Uint8Array>][] = [
    [
      'a manifest that lists another hash',
      'payload-manifest HASH_MISMATCH data/',
      async () => {
        const one = await draft();
        const text = fromUtf8(one.get(packagePath.manifest));
        one.set(packagePath.manifest, text.replace(/^[0-9a-f]{64}/, sha256Hex(Uint8Array.of())));
        return (await one.sealFrom('tag', own)).pack();
      },
    ],
    [
      'a document changed under the signed list',
      'tag-manifest HASH_MISMATCH README.txt',
      async () => (await draft()).set(packagePath.readme, 'trust me').pack(),
    ],
    [
      'a manifest in another spelling',
      'tag-manifest MANIFEST_MALFORMED tagmanifest-sha256.txt',
      async () => {
        const one = await draft();
        return one
          .set(packagePath.tagManifest, fromUtf8(one.get(packagePath.tagManifest)).replaceAll('\n', '\r\n'))
          .pack();
      },
    ],
    [
      'a token of the same authority over the same text, put in the place of the sealed one',
      'seal-manifest HASH_MISMATCH META-INF/tagmanifest-sha256.txt.tsr',
      async () => {
        const one = await draft();
        return one.set(packagePath.token, await stamp(own.trust, one.get(packagePath.tagManifest))).pack();
      },
    ],
    [
      'an ASiC manifest with a file left out',
      'asic-manifest NOT_LISTED README.txt',
      async () => {
        const one = await draft();
        const text = fromUtf8(one.get(packagePath.asicManifest));
        one.set(packagePath.asicManifest, text.replace(/ {2}<[^\n]*README\.txt[^\n]*\n/, ''));
        return (await one.sealFrom('seal', own)).pack();
      },
    ],
    [
      'another package id',
      'bag BAG_INFO_MISMATCH bag-info.txt',
      async () => {
        const one = await draft();
        const info = parseBagInfo(one.get(packagePath.bagInfo));
        one.set(packagePath.bagInfo, buildBagInfo({ ...info, externalIdentifier: 'EVD-AAAAAAAAAAAAAAAA' }));
        return (await one.sealFrom('tag', own)).pack();
      },
    ],
    [
      'a media type file with one more byte',
      'bag ENTRY_CONTENT mimetype',
      async () =>
        (
          await (
            await draft()
          )
            .set(packagePath.mimetype, 'application/vnd.etsi.asic-e+zip\n')
            .sealFrom('tag', own)
        ).pack(),
    ],
    [
      'a time-stamp over another bundle',
      'bundle-time IMPRINT_MISMATCH data/',
      async () => {
        const one = await draft();
        one.set(packagePath.bundleToken(work.captureId), await stamp(own.trust, Uint8Array.of(1)));
        one.set(
          packagePath.bagInfo,
          buildBagInfo({
            ...parseBagInfo(one.get(packagePath.bagInfo)),
            payload: {
              bytes:
                one.get(packagePath.bundle(work.captureId)).length +
                one.get(packagePath.bundleToken(work.captureId)).length,
              files: 2,
            },
          }),
        );
        return (await one.sealFrom('payload', own)).pack();
      },
    ],
    [
      'a time-stamp over another list',
      'seal-time IMPRINT_MISMATCH META-INF/tagmanifest-sha256.txt.tsr',
      async () => {
        const one = (await draft()).set(packagePath.token, await stamp(own.trust, Uint8Array.of(1)));
        return (await one.sealFrom('seal', own)).pack();
      },
    ],
    [
      'a seal dated before the capture',
      'time-order TIME_ORDER META-INF/tagmanifest-sha256.txt.tsr',
      async () => {
        const now = () => new Date(Date.now() - 3_600_000);
        const trust = await openTrust(join(dir, 'own', 'trust'), { organisation: '', now });
        const one = await draft();
        one.set(packagePath.token, await stamp(trust, one.get(packagePath.tagManifest)));
        return (await one.sealFrom('seal', own)).pack();
      },
    ],
    [
      'a signature over another list',
      'seal-signature DIGEST_MISMATCH META-INF/tagmanifest-sha256.txt.cms',
      async () => {
        const { path } = await seal(await own.prepare('other'));
        const other = await PackageDraft.of(await readFile(path));
        const one = (await draft()).set(packagePath.cms, other.get(packagePath.cms));
        return (await one.sealFrom('seal', own)).pack();
      },
    ],
    [
      'a root in trust/ that signed nothing here',
      'trust-folder ISSUER_UNKNOWN trust/ca.pem',
      async () => {
        const one = (await draft()).set(packagePath.caCertificate, toPem('CERTIFICATE', stranger.trust.ca));
        return (await one.sealFrom('tag', own)).pack();
      },
    ],
    [
      'an authority in trust/ that stamped nothing here',
      'trust-folder TRUST_FOLDER_MISMATCH trust/tsa-2.pem',
      async () => {
        const [der] = stranger.trust.authorities[0]?.certificates ?? [];
        const one = (await draft()).set(packagePath.tsa(2), toPem('CERTIFICATE', der ?? new Uint8Array()));
        return (await one.sealFrom('tag', own)).pack();
      },
    ],
    [
      'two certificates in one file of trust/',
      'trust-folder NOT_CANONICAL trust/ocsp.pem',
      async () => {
        const pem = toPem('CERTIFICATE', own.trust.ocspCertificate!);
        const one = (await draft()).set(packagePath.ocspCertificate, `${pem}${pem}`);
        return (await one.sealFrom('tag', own)).pack();
      },
    ],
    [
      'a log key that did not sign the checkpoint',
      'seal-log LOG_KEY_UNKNOWN META-INF/tagmanifest-sha256.txt.tlog-proof',
      async () => {
        const other = formatVerifierKey(verifierKey('log', 'log.example/test', sha256(Uint8Array.of())));
        return (await (await draft()).set(packagePath.logKey, `${other}\n`).sealFrom('tag', own)).pack();
      },
    ],
    [
      'a proof of another leaf of the same log',
      'seal-log INCLUSION_INVALID META-INF/tagmanifest-sha256.txt.tlog-proof',
      async () => {
        const { proof } = await own.log.append(new Uint8Array(3));
        return (await draft()).set(packagePath.logProof, proof).pack();
      },
    ],
    [
      'a cosignature by nobody known',
      'seal-log UNKNOWN_COSIGNATURE META-INF/tagmanifest-sha256.txt.tlog-proof',
      async () => {
        const one = await draft();
        const line = `— nobody.example ${Buffer.alloc(76, 1).toString('base64')}\n`;
        return one.set(packagePath.logProof, fromUtf8(one.get(packagePath.logProof)) + line).pack();
      },
    ],
    [
      'the receipt of another upload',
      'receipt RECEIPT_MISMATCH receipt.json',
      async () => {
        const { receipt } = await own.prepare('another');
        const one = (await draft()).set(packagePath.receipt, canonicalFile(receipt));
        return (await one.sealFrom('tag', own)).pack();
      },
    ],
    [
      'a receipt with another word in it',
      'receipt SIGNATURE_INVALID receipt.json',
      async () => {
        const { receipt } = work;
        const more = { ...receipt, receipt: { ...receipt.receipt, defects: ['none'] } };
        const one = (await draft()).set(packagePath.receipt, canonicalFile(more));
        return (await one.sealFrom('tag', own)).pack();
      },
    ],
    [
      'a receipt without a signature',
      'receipt STATEMENT_MALFORMED receipt.json',
      async () => {
        const receipt = canonicalFile({ ...work.receipt, signature: 'no signature' });
        return (await (await draft()).set(packagePath.receipt, receipt).sealFrom('tag', own)).pack();
      },
    ],
    [
      'a proof that is not text',
      'seal-log NOT_UTF8 META-INF/tagmanifest-sha256.txt.tlog-proof',
      async () => (await draft()).set(packagePath.logProof, Uint8Array.of(0xff)).pack(),
    ],
    [
      'a receipt signed by a stranger',
      'receipt ISSUER_UNKNOWN receipt.json',
      async () => {
        const one = await draft();
        const forged = await one.copy().sealFrom('bundle', { ...stranger, log: own.log });
        one.set(packagePath.receipt, forged.get(packagePath.receipt));
        return (await one.sealFrom('tag', own)).pack();
      },
    ],
    [
      'a receipt in another spelling',
      'receipt NOT_CANONICAL receipt.json',
      async () => {
        const one = await draft();
        one.set(packagePath.receipt, JSON.stringify(work.receipt, null, 1));
        return (await one.sealFrom('tag', own)).pack();
      },
    ],
    [
      'a XAdES signature over other files',
      'xades-signature XADES_DIGEST_MISMATCH META-INF/signatures001.xml',
      async () => {
        const one = await draft();
        const xml = await one.copy().set(packagePath.readme, 'trust me').xades(own);
        return (await one.set(packagePath.xades, xml).sealFrom('seal', own)).pack();
      },
    ],
    [
      'a certificate signed by a stranger',
      'certificate-signature ISSUER_UNKNOWN certificate.pdf',
      async () => {
        const one = await (await draft()).signCertificate(stranger);
        return (await one.sealFrom('tag', own)).pack();
      },
    ],
  ];

  test.each(cases)('%s', async (_, expected, make) => {
    const report = await verify(await make());
    expect(report.verdict).toBe('invalid');
    const list = failures(report);
    expect(
      list.some((line) => line.startsWith(expected)),
      list.join('; '),
    ).toBe(true);
    expect(list.join()).not.toContain('UNEXPECTED_FAULT');
  });

  /** A package around a bundle which intake would have refused. */
  async function around(options: TestBundleOptions): Promise<PackageReport> {
    const device = createTestDevice(Date.now());
    const { bytes: bundle, captureId } = await buildTestBundle({
      challenge: own.challenge,
      anchor: (digest) => own.anchor(device.id, digest),
      ...options,
      device,
    });
    const one = (await draft()).replaceBundle(captureId, bundle);
    return verify((await one.sealFrom('bundle', own)).pack(), anchors);
  }

  test.each<[string, string, TestBundleOptions]>([
    ['bundle-datapackage', 'DATAPACKAGE_MISSING', { mutate: { entries: (list) => list.toReversed() } }],
    [
      'bundle-files',
      'HASH_MISMATCH',
      {
        mutate: {
          entries: (list) =>
            list.map(({ path, bytes: old }) => ({
              path,
              bytes: path.endsWith('.har') ? old.with(40, (old[40] ?? 0) ^ 1) : old,
            })),
        },
      },
    ],
    [
      'bundle-device-signature',
      'DIGEST_MISMATCH',
      {
        mutate: {
          entries: (list) =>
            list.map(({ path, bytes: old }) => ({
              path,
              bytes:
                path === bundlePath.datapackage
                  ? Buffer.from(fromUtf8(old).replace('Tiezheng', 'Somebody'))
                  : old,
            })),
        },
      },
    ],
    [
      'bundle-record',
      'DEVICE_MISMATCH',
      { mutate: { record: (record) => ({ ...record, id: 'CAP-00000000-1' }) } },
    ],
    [
      'bundle-journal',
      'JOURNAL_MISMATCH',
      { mutate: { record: (record) => ({ ...record, mode: 'as-is' }) } },
    ],
    [
      'bundle-chain',
      'ENTRY_MISSING',
      { mutate: { stored: (files) => files.filter(({ path }) => !path.endsWith('screenshot-001.png')) } },
    ],
    ['bundle-warc', 'INDEX_MISMATCH', { mutate: { cdx: (lines) => lines.slice(1) } }],
  ])('%s refuses a bundle that intake refuses: %s', async (id, code, options) => {
    const report = await around(options);
    expect(failures(report)).toHaveLength(1);
    expect(failures(report)[0]).toMatch(new RegExp(`^${id} ${code} data/CAP-[^ ]+\\.wacz`));
    expect(statusOf(report, 'anchor-time')).toBe('not-checked PREREQUISITE_FAILED');
  });

  test('a challenge that was not logged, an anchor that was not logged', async () => {
    const proofOf = async () =>
      (
        await own.log.append(
          leafBytes({ type: 'evidence-challenge/v1', challenge: sha256Hex(Uint8Array.of()) }),
        )
      ).proof;
    const challenge = await around({
      challenge: async (needs) => ({ ...(await own.challenge(needs)), proof: await proofOf() }),
    });
    expect(failures(challenge)[0]).toMatch(/^start-log INCLUSION_INVALID data\/.*challenge\.json$/);
    const anchor = await around({
      anchor: async (digest) => ({
        token: (await own.anchor('00000000', digest)).token,
        proof: await proofOf(),
      }),
    });
    expect(failures(anchor)[0]).toMatch(/^anchor-log INCLUSION_INVALID data\/.*\.tlog-proof$/);
  });
});

describe('further signatures', () => {
  test('hold where they are, and are no fault where they are not', async () => {
    const whole = await verify(bytes, anchors);
    const one = await draft();
    one.set(packagePath.certificate, one.unsignedCertificate());
    await one.sealFrom('tag', own);
    const without = await verify((await one.delete(packagePath.xades).sealFrom('seal', own)).pack(), anchors);
    for (const id of ['xades-signature', 'certificate-signature']) {
      expect(statusOf(whole, id)).toBe('pass');
      expect(statusOf(without, id)).toBe('not-checked NOT_PRESENT');
    }
    expect(without.verdict).toBe('valid');
  });

  test('a signature without embedded time-stamp is judged at the time of the seal', async () => {
    const one = await draft();
    const { signer } = own.trust;
    const cms = await buildSignedData({
      contentType: oid.data,
      content: one.get(packagePath.tagManifest),
      detached: true,
      signer,
      certificates: [signer.certificate, ...signer.chain],
    });
    const report = await verify((await one.set(packagePath.cms, cms).sealFrom('seal', own)).pack(), anchors);
    expect(report.verdict).toBe('valid');
    expect(statusOf(report, 'signature-time')).toBe('not-checked NOT_PRESENT');
  });
});

describe('the policy of the user', () => {
  const policy = (line: string) => parseTrustFile(`${trustFileOf(own.trust, own.log)}${line}\n`);

  test('demands witnesses that the package does not have', async () => {
    const report = await verify(bytes, policy('policy witnesses 1'));
    expect(failures(report)).toEqual([`witnesses TOO_FEW_WITNESSES ${packagePath.logProof}`]);
  });

  test('demands more time-stamp authorities than stamped', async () => {
    expect((await verify(bytes, policy('policy time-stamps 1'))).verdict).toBe('valid');
    const report = await verify(bytes, policy('policy time-stamps 2'));
    expect(failures(report)).toEqual([`trusted-time TOO_FEW_TIME_STAMPS ${packagePath.token}`]);
  });

  test('a log key of the same name that is another key is not the log the user trusts', async () => {
    const impostor = formatVerifierKey(verifierKey('log', 'log.example/test', sha256(Uint8Array.of())));
    const report = await verify(bytes, parseTrustFile(impostor));
    expect(failures(report)).toEqual([`trusted-log LOG_NOT_TRUSTED ${packagePath.logProof}`]);
  });
});

describe('the container', () => {
  test.each([
    ['nothing', new Uint8Array()],
    ['text', Buffer.from('not a package')],
    ['zeros', new Uint8Array(100_000)],
  ])('%s is unreadable', async (_, source) => {
    const report = await verify(source);
    expect(report.verdict).toBe('unreadable');
    expect(countChecks(report.checks)).toEqual({ pass: 0, fail: 1, 'not-checked': checks.length - 1 });
    expect(report.facts).toMatchObject({ bytes: source.length });
  });

  test('any truncation is refused', async () => {
    for (const length of [1, 30, 1000, bytes.length >> 1, bytes.length - 22, bytes.length - 1])
      expect((await verify(bytes.subarray(0, length))).verdict).toMatch(/^(invalid|unreadable)$/);
  });

  test('one flipped bit names its entry', async () => {
    const at = Buffer.from(bytes).indexOf('%PDF') + 1000;
    const report = await verify(bytes.with(at, (bytes[at] ?? 0) ^ 4));
    expect(failures(report)).toEqual([
      'checksums CRC_MISMATCH certificate.pdf',
      'tag-manifest HASH_MISMATCH certificate.pdf',
      'xades-signature XADES_DIGEST_MISMATCH META-INF/signatures001.xml',
      'certificate-signature DIGEST_MISMATCH certificate.pdf',
    ]);
  });

  test('a member too large to be read whole is refused before it is read', async () => {
    const one = await draft();
    const large = bytesSource(one.set(packagePath.readme, new Uint8Array((48 << 20) + 1)).pack());
    let read = 0;
    const counted = {
      size: large.size,
      read: (offset: number, length: number) => {
        read += length;
        return large.read(offset, length);
      },
    };
    expect(failures(await verifyPackage(counted, nodePorts))).toEqual([
      'checksums ENTRY_TOO_LARGE README.txt',
    ]);
    expect(read).toBeLessThan(8 << 20);
  });

  test('a disk that fails is not a fault of the package', async () => {
    const source = bytesSource(bytes);
    let reads = 0;
    const failing = {
      size: source.size,
      read: (offset: number, length: number) =>
        ++reads > 5 ? Promise.reject(new Error('EIO')) : source.read(offset, length),
    };
    await expect(verifyPackage(failing, nodePorts)).rejects.toMatchObject({ code: 'READ_FAILED' });
  });
});
