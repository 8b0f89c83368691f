import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CodedError } from '#shared/lib/errors';
import { sha256Hex } from '#shared/lib/sha256';
import { fromUtf8, toUtf8 } from '#shared/lib/utf8';
import { type Certificate, parseCertificate } from '#shared/pki/certificate';
import { toPem } from '#shared/pki/pem';
import { nodePorts } from '../../server/store/node-ports.ts';
import { openTrust, type Trust } from '../../server/trust/trust.ts';
import { parseXades } from './parse-xades.ts';
import { verifyXades } from './verify-xades.ts';
import { buildXades, type XadesInput } from './xades.ts';
import { xadesDocument } from './xades-form.ts';

const dir = mkdtempSync(join(tmpdir(), 'xades-'));
// Verifying takes a millisecond; the long run takes every byte.
const stride = process.env.TIEZHENG_LONG === '1' ? 1 : 5;
const contents = {
  'bagit.txt': toUtf8('BagIt-Version: 1.0\n'),
  'certificate.pdf': toUtf8('%PDF-1.7 …'),
  'data/CAP-00000000-1.wacz': toUtf8('PK'),
  'trust/ca.pem': toUtf8('---'),
};
const files = Object.entries(contents).map(([name, bytes]) => ({ name, sha256: sha256Hex(bytes) }));
let trust: Trust;
let xml: Uint8Array;
let anchors: Certificate[];

const run = (command: string, args: string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', stdio: 'pipe', cwd: dir });
const hasXmlsec = (() => {
  try {
    run('xmlsec1', ['--version']);
    return true;
  } catch {
    console.warn('SKIPPED: xmlsec1 is not installed');
    return false;
  }
})();

const input = (overrides: Partial<XadesInput> = {}): XadesInput => ({
  files,
  signer: trust.signer,
  chain: trust.signer.chain,
  signingTime: Date.now(),
  stamp: trust.authorities[0]!.stamp,
  ocsp: () => trust.ocsp(trust.signer.certificate),
  ...overrides,
});

beforeAll(async () => {
  trust = await openTrust(join(dir, 'trust-keys'), { organisation: 'Test', now: () => new Date() });
  anchors = [trust.ca, ...trust.authorities[0]!.roots].map(parseCertificate);
  xml = await buildXades(input());
  for (const [name, bytes] of Object.entries(contents)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), bytes);
  }
  writeFileSync(join(dir, 'signatures001.xml'), xml);
  writeFileSync(join(dir, 'ca.pem'), toPem('CERTIFICATE', trust.ca));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('verifies, with the OCSP answer not older than the time-stamp', async () => {
  const verified = await verifyXades(nodePorts, xml, files, { anchors });
  expect(verified.signer.der).toEqual(trust.signer.certificate);
  expect(verified.anchor?.der).toEqual(trust.ca);
  expect(verified.timeStamp.anchor?.der).toEqual(trust.authorities[0]!.roots[0]);
  expect(verified.ocspProducedAt).toBeGreaterThanOrEqual(verified.timeStamp.genTime - 999);
  const open = await verifyXades(nodePorts, xml, files.toReversed());
  expect([open.anchor, open.timeStamp.anchor]).toEqual([undefined, undefined]);
});

test('parse and build are inverse', () => {
  expect(xadesDocument(parseXades(xml))).toBe(fromUtf8(xml));
});

test('refuses other, missing and additional files', async () => {
  const verify = (present: typeof files) => verifyXades(nodePorts, xml, present, { anchors });
  await expect(verify(files.slice(1))).rejects.toMatchObject({ code: 'XADES_FILES_DIFFER' });
  const extra = { name: 'extra.txt', sha256: sha256Hex(toUtf8('x')) };
  await expect(verify([...files, extra])).rejects.toMatchObject({ code: 'XADES_FILES_DIFFER' });
  await expect(verify([extra, ...files.slice(1)])).rejects.toMatchObject({ entry: 'extra.txt' });
  const changed = { ...files[0]!, sha256: extra.sha256 };
  await expect(verify([changed, ...files.slice(1)])).rejects.toMatchObject({ code: 'XADES_DIGEST_MISMATCH' });
});

test('refuses an OCSP answer made before the time-stamp', async () => {
  const early = await openTrust(join(dir, 'trust-keys'), {
    organisation: 'Test',
    now: () => new Date(Date.now() - 60_000),
  });
  const stale = await buildXades(input({ ocsp: () => early.ocsp(trust.signer.certificate) }));
  await expect(verifyXades(nodePorts, stale, files, { anchors })).rejects.toMatchObject({
    code: 'STATUS_STALE',
  });
});

test('asks for the OCSP answer after the time-stamp', async () => {
  const order: string[] = [];
  await buildXades(
    input({
      stamp: (digest) => {
        order.push('stamp');
        return trust.authorities[0]!.stamp(digest);
      },
      ocsp: () => {
        order.push('ocsp');
        return trust.ocsp(trust.signer.certificate);
      },
    }),
  );
  expect(order).toEqual(['stamp', 'ocsp']);
});

test('refuses a path that needs escaping', async () => {
  const bad = [{ name: 'a b.txt', sha256: sha256Hex(toUtf8('x')) }];
  await expect(buildXades(input({ files: bad }))).rejects.toMatchObject({ code: 'PATH_NOT_ALLOWED' });
});

test('any flipped bit is refused with a code', async () => {
  const missed: number[] = [];
  for (let at = 0; at < xml.length; at += stride) {
    const flipped = new Uint8Array(xml);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 7));
    try {
      await verifyXades(nodePorts, flipped, files, at % 2 === 0 ? { anchors } : {});
      missed.push(at);
    } catch (error) {
      expect(error, `byte ${at}`).toBeInstanceOf(CodedError);
    }
  }
  expect(missed).toEqual([]);
}, 120_000);

const xmlsec = () => {
  const id = ['--id-attr:Id', 'http://uri.etsi.org/01903/v1.3.2#:SignedProperties'];
  return run('sh', ['-c', `xmlsec1 --verify ${id.join(' ')} --trusted-pem ca.pem signatures001.xml 2>&1`]);
};

test.skipIf(!hasXmlsec)('xmlsec1 accepts it, and refuses a changed file', () => {
  expect(xmlsec()).toMatch(/OK\nSignedInfo References \(ok\/all\): 5\/5/);
  writeFileSync(join(dir, 'bagit.txt'), 'BagIt-Version: 1.1\n');
  expect(xmlsec).toThrow();
});
