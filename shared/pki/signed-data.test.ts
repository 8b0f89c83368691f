import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeInteger } from '#shared/lib/der/encode-der';
import { toUtf8 } from '#shared/lib/utf8';
import { nodePorts } from '../../server/store/node-ports.ts';
import { issue, type TestIdentity, testKeyKinds } from '../../test/fixtures/issue-certificate.ts';
import { encodeAttribute } from './attribute.ts';
import { buildCrl } from './build-crl.ts';
import { buildSignedData, type SignedDataInput } from './build-signed-data.ts';
import { oid } from './oid.ts';
import { toPem } from './pem.ts';
import { verifySignedData } from './verify-signed-data.ts';

const dir = mkdtempSync(join(tmpdir(), 'signed-data-'));
const content = toUtf8('signed content\n');
let root: TestIdentity;
let signer: TestIdentity;

const write = (name: string, bytes: Uint8Array | string) => writeFileSync(join(dir, name), bytes);
const openssl = (...args: string[]): string =>
  execFileSync('sh', ['-c', `openssl ${args.join(' ')} 2>&1`], { encoding: 'utf8', cwd: dir });
const refusal = (code: string) => expect.objectContaining({ code });
const sign = (overrides: Partial<SignedDataInput> = {}) =>
  buildSignedData({
    contentType: oid.data,
    content,
    detached: true,
    signer,
    certificates: [signer.certificate, root.certificate],
    ...overrides,
  });
const verify = (cms: Uint8Array, bytes = content) =>
  verifySignedData(nodePorts, cms, bytes, { anchors: [root.parsed], at: Date.now() });

beforeAll(async () => {
  root = await issue('Root', { pathLength: 0 });
  signer = await issue('Signer', { issuer: root });
  write('root.pem', toPem('CERTIFICATE', root.certificate));
  write('content.txt', content);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test.each(testKeyKinds)('what is signed with %s verifies here; OpenSSL agrees where it can', async (kind) => {
  const own = await issue('Own', { issuer: root, kind });
  const cms = await sign({ signer: own, certificates: [own.certificate], signingTime: Date.now() });
  expect((await verify(cms)).signer.der).toEqual(own.certificate);
  write('own.cms', cms);
  const command = [
    'cms',
    '-verify',
    '-cades',
    '-binary',
    '-inform DER',
    '-in own.cms',
    '-content content.txt',
  ];
  // OpenSSL 3.0 cannot verify Ed25519 in CMS with signed attributes.
  if (kind !== 'ed25519')
    expect(openssl(...command, '-CAfile root.pem', '-out', '/dev/null')).toContain(
      'CAdES Verification successful',
    );
});

test.each(['p256', 'p384', 'rsa'] as const)('what OpenSSL signs with %s verifies here', async (kind) => {
  const own = await issue('Own', { issuer: root, kind });
  write('own.pem', toPem('CERTIFICATE', own.certificate));
  write('own.key', own.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  openssl(
    'cms -sign -cades -binary -outform DER -md sha256 -in content.txt -signer own.pem -inkey own.key -out theirs.cms',
  );
  const verified = await verify(new Uint8Array(readFileSync(join(dir, 'theirs.cms'))));
  expect(verified.signer.der).toEqual(own.certificate);
  expect(verified.embeddedTimeStamp).toBeUndefined();
});

test('without the signing-certificate attribute it is no CAdES signature', async () => {
  write('own.pem', toPem('CERTIFICATE', signer.certificate));
  write('own.key', signer.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  openssl(
    'cms -sign -binary -outform DER -md sha256 -in content.txt -signer own.pem -inkey own.key -out plain.cms',
  );
  const plain = new Uint8Array(readFileSync(join(dir, 'plain.cms')));
  await expect(verify(plain)).rejects.toEqual(refusal('ATTRIBUTE_MISSING'));
  openssl(
    'cms -sign -nodetach -cades -binary -outform DER -in content.txt -signer own.pem -inkey own.key -out in.cms',
  );
  const inside = new Uint8Array(readFileSync(join(dir, 'in.cms')));
  await expect(verify(inside)).rejects.toEqual(refusal('CONTENT_UNEXPECTED'));
});

test('without a time there is nothing to judge the chain at', async () => {
  const cms = await sign();
  const result = verifySignedData(nodePorts, cms, content, { anchors: [root.parsed] });
  await expect(result).rejects.toEqual(refusal('TIME_UNKNOWN'));
});

test('other content, another content type, unsigned additions', async () => {
  await expect(verify(await sign(), toUtf8('other'))).rejects.toEqual(refusal('DIGEST_MISMATCH'));
  const added = sign({ unsignedAttributes: async () => [encodeAttribute('1.2.3', encodeInteger(1))] });
  await expect(verify(await added)).rejects.toEqual(refusal('ATTRIBUTE_UNKNOWN'));
  const twice = sign({
    unsignedAttributes: async () => [1, 2].map((n) => encodeAttribute('1.2.3', encodeInteger(n))),
  });
  await expect(verify(await twice)).rejects.toEqual(refusal('ATTRIBUTE_DUPLICATE'));
});

test('a signer without its certificate, or not for signing', async () => {
  const bare = sign({ certificates: [root.certificate] });
  await expect(verify(await bare)).rejects.toEqual(refusal('SIGNER_UNKNOWN'));
  const tsa = await issue('Tsa', { issuer: root, extKeyUsage: [oid.timeStamping] });
  const wrong = sign({ signer: tsa, certificates: [tsa.certificate] });
  await expect(verify(await wrong)).rejects.toEqual(refusal('EXTENDED_KEY_USAGE'));
});

test('an embedded CRL that revokes the signer, or that nobody at hand issued', async () => {
  const crl = (issuer: TestIdentity, serial: bigint) =>
    buildCrl(
      {
        issuer: issuer.parsed,
        number: 1n,
        thisUpdate: Date.now(),
        nextUpdate: Date.now() + 1000,
        revoked: [{ serial, at: Date.now() - 60_000 }],
      },
      issuer,
    );
  const revoked = await sign({ crls: [await crl(root, signer.parsed.serial)] });
  await expect(verify(revoked)).rejects.toEqual(refusal('REVOKED'));
  await verify(await sign({ crls: [await crl(root, 1n)] }));
  const stranger = await issue('Stranger', { pathLength: 0 });
  const foreign = await sign({ crls: [await crl(stranger, 1n)] });
  await expect(verify(foreign)).rejects.toEqual(refusal('ISSUER_UNKNOWN'));
});
