import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CodedError } from '#shared/lib/errors';
import { toUtf8 } from '#shared/lib/utf8';
import { type Certificate, parseCertificate } from '#shared/pki/certificate';
import { toPem } from '#shared/pki/pem';
import { parseSignedData } from '#shared/pki/signed-data';
import { verifySignedData } from '#shared/pki/verify-signed-data';
import { nodePorts } from '../../server/store/node-ports.ts';
import { openTrust, type Trust } from '../../server/trust/trust.ts';
import { buildCades } from './cades.ts';

const dir = mkdtempSync(join(tmpdir(), 'cades-'));
// Verifying takes a millisecond; the long run takes every byte.
const stride = process.env.TIEZHENG_LONG === '1' ? 1 : 5;
const content = toUtf8('bd2c  data/CAP-00000000-1.wacz\n');
let trust: Trust;
let cms: Uint8Array;
let anchors: Certificate[];

const file = (name: string, bytes: Uint8Array | string): string => {
  const path = join(dir, name);
  writeFileSync(path, bytes);
  return path;
};
const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', stdio: 'pipe' });
const has = (command: string): boolean => {
  try {
    run('sh', '-c', `command -v ${command}`);
    return true;
  } catch {
    console.warn(`SKIPPED: ${command} is not installed`);
    return false;
  }
};

beforeAll(async () => {
  trust = await openTrust(join(dir, 'trust'), { organisation: 'Test', now: () => new Date() });
  anchors = [trust.ca, ...trust.authorities[0]!.roots].map(parseCertificate);
  cms = await buildCades({
    content,
    signer: trust.signer,
    chain: trust.signer.chain,
    crl: await trust.crl(),
    signingTime: Date.now(),
    stamp: trust.authorities[0]!.stamp,
  });
  file('content.txt', content);
  file('seal.cms', cms);
  file('ca.pem', toPem('CERTIFICATE', trust.ca));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const opensslVerify = (cmsName: string, contentName: string): string =>
  run(
    'sh',
    '-c',
    `cd ${dir} && openssl cms -verify -cades -crl_check -binary -inform DER -in ${cmsName} -content ${contentName} -CAfile ca.pem -out /dev/null 2>&1`,
  );

test('our verifier and OpenSSL accept it; both refuse other content', async () => {
  const verified = await verifySignedData(nodePorts, cms, content, { anchors });
  expect(verified.signer.der).toEqual(trust.signer.certificate);
  expect(verified.anchor?.der).toEqual(trust.ca);
  expect(verified.embeddedTimeStamp?.anchor?.der).toEqual(trust.authorities[0]!.roots[0]);
  expect(opensslVerify('seal.cms', 'content.txt')).toContain('CAdES Verification successful');
  file('other.txt', toUtf8('other'));
  expect(() => opensslVerify('seal.cms', 'other.txt')).toThrow();
  await expect(verifySignedData(nodePorts, cms, toUtf8('other'))).rejects.toMatchObject({
    code: 'DIGEST_MISMATCH',
  });
});

test('without anchors nothing is called trusted; with foreign anchors it is refused', async () => {
  const open = await verifySignedData(nodePorts, cms, content);
  expect([open.anchor, open.embeddedTimeStamp?.anchor]).toEqual([undefined, undefined]);
  const other = await openTrust(join(dir, 'other'), { organisation: 'Test', now: () => new Date() });
  const foreign = [parseCertificate(other.ca)];
  await expect(verifySignedData(nodePorts, cms, content, { anchors: foreign })).rejects.toMatchObject({
    code: 'ISSUER_UNKNOWN',
  });
});

test('the CMS holds one signer, chain, CRL and no content, in DER order', () => {
  const { signer, certificates, crls, content: inside } = parseSignedData(cms);
  expect([certificates.length, crls.length, inside]).toEqual([2, 1, undefined]);
  expect(signer.unsignedAttributes).toHaveLength(1);
  expect(signer.hash).toBe('sha256');
});

test('any flipped bit is refused with a code', async () => {
  const missed: number[] = [];
  for (let at = 0; at < cms.length; at += stride) {
    const flipped = new Uint8Array(cms);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 7));
    try {
      await verifySignedData(nodePorts, flipped, content, at % 2 === 0 ? { anchors } : {});
      missed.push(at);
    } catch (error) {
      expect(error, `byte ${at}`).toBeInstanceOf(CodedError);
    }
  }
  expect(missed).toEqual([]);
}, 120_000);

test('a cut or lengthened CMS is refused with a code', async () => {
  for (let length = 0; length < cms.length; length += 37) {
    const cut = verifySignedData(nodePorts, cms.subarray(0, length), content, { anchors });
    await expect(cut).rejects.toBeInstanceOf(CodedError);
  }
  const longer = verifySignedData(nodePorts, Uint8Array.of(...cms, 0), content, { anchors });
  await expect(longer).rejects.toMatchObject({ code: 'TRAILING_BYTES' });
});

test.skipIf(!has('certtool'))('GnuTLS accepts it', () => {
  const command = `cd ${dir} && certtool --p7-verify --inder --infile seal.cms --load-data content.txt --load-ca-certificate ca.pem 2>&1`;
  expect(run('sh', '-c', command)).toMatch(/Signature status: verified|ok/i);
});

test('is DER in the eyes of OpenSSL', () => {
  const parsed = run('openssl', 'asn1parse', '-inform', 'DER', '-in', join(dir, 'seal.cms'));
  expect(parsed).toContain('signedData');
  expect(readFileSync(join(dir, 'seal.cms')).length).toBe(cms.length);
});
