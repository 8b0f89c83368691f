import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CodedError } from '#shared/lib/errors';
import { nodePorts } from '../../server/store/node-ports.ts';
import { issue, type TestIdentity, testKeyKinds } from '../../test/fixtures/issue-certificate.ts';
import { buildCrl } from './build-crl.ts';
import { buildOcspResponse, type OcspInput } from './build-ocsp-response.ts';
import { parseCrl, requireNotRevoked, verifyCrl } from './crl.ts';
import { oid } from './oid.ts';
import { toPem } from './pem.ts';
import { verifyOcsp } from './verify-ocsp.ts';

const DAY = 86_400_000;
const dir = mkdtempSync(join(tmpdir(), 'status-'));
let root: TestIdentity;
let leaf: TestIdentity;
let responder: TestIdentity;

const write = (name: string, content: Uint8Array | string) => writeFileSync(join(dir, name), content);
const openssl = (...args: string[]): string =>
  execFileSync('openssl', args, { encoding: 'utf8', stdio: 'pipe', cwd: dir });
const refusal = (code: string) => expect.objectContaining({ code });

beforeAll(async () => {
  root = await issue('Root', { pathLength: 0 });
  leaf = await issue('Leaf', { issuer: root });
  responder = await issue('Ocsp', { issuer: root, extKeyUsage: [oid.ocspSigning], ocspNoCheck: true });
  for (const [name, identity] of Object.entries({ root, leaf, responder })) {
    write(`${name}.pem`, toPem('CERTIFICATE', identity.certificate));
    write(`${name}.key`, identity.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  }
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const crlOf = (issuer: TestIdentity, revoked: readonly { serial: bigint; at: number }[] = []) =>
  buildCrl(
    { issuer: issuer.parsed, number: 3n, thisUpdate: Date.now(), nextUpdate: Date.now() + DAY, revoked },
    issuer,
  );
const ocsp = (overrides: Partial<OcspInput> = {}) =>
  buildOcspResponse({
    certificate: leaf.parsed,
    issuer: root.parsed,
    status: 'good',
    producedAt: Date.now(),
    nextUpdate: Date.now() + DAY,
    responder,
    ...overrides,
  });
const verify = (der: Uint8Array, since = Date.now() - 5000) =>
  verifyOcsp(nodePorts, der, { certificate: leaf.parsed, issuer: root.parsed, since });

test.each(testKeyKinds)('a CRL signed with %s verifies, here and in OpenSSL', async (kind) => {
  const issuer = await issue('Issuer', { pathLength: 0, kind });
  const crl = await crlOf(issuer, [{ serial: 5n, at: Date.now() - DAY / 2 }]);
  await verifyCrl(nodePorts, parseCrl(crl), issuer.parsed);
  write('issuer.pem', toPem('CERTIFICATE', issuer.certificate));
  write('x.crl', toPem('X509 CRL', crl));
  const text = execFileSync('sh', ['-c', 'openssl crl -in x.crl -CAfile issuer.pem -noout -text 2>&1'], {
    cwd: dir,
    encoding: 'utf8',
  });
  expect(text).toMatch(/verify OK[\s\S]*Serial Number: 05/);
});

test('a revoked certificate is refused from its revocation on', async () => {
  const at = Date.now() - DAY / 2;
  const crl = parseCrl(await crlOf(root, [{ serial: leaf.parsed.serial, at }]));
  expect(() => requireNotRevoked(crl, leaf.parsed, Date.now())).toThrow(refusal('REVOKED'));
  requireNotRevoked(crl, leaf.parsed, at - 2000);
  requireNotRevoked(crl, responder.parsed, Date.now());
});

test('a CRL of another issuer, or signed by one who may not', async () => {
  const crl = parseCrl(await crlOf(root));
  await expect(verifyCrl(nodePorts, crl, leaf.parsed)).rejects.toEqual(refusal('ISSUER_UNKNOWN'));
  const twin = await issue('Root', { pathLength: 0 });
  await expect(verifyCrl(nodePorts, crl, twin.parsed)).rejects.toEqual(refusal('SIGNATURE_INVALID'));
  const limited = await issue('Limited', { pathLength: 0, keyUsage: ['keyCertSign'] });
  const list = parseCrl(await crlOf(limited));
  await expect(verifyCrl(nodePorts, list, limited.parsed)).rejects.toEqual(refusal('KEY_USAGE'));
});

test('an OCSP answer verifies, here and in OpenSSL', async () => {
  const der = await ocsp();
  const { producedAt, responder: by } = await verify(der);
  expect(Date.now() - producedAt).toBeLessThan(10_000);
  expect(by.der).toEqual(responder.certificate);
  write('answer.der', der);
  const about = ['-issuer', 'root.pem', '-sha256', '-cert', 'leaf.pem', '-CAfile', 'root.pem'];
  expect(openssl('ocsp', '-respin', 'answer.der', ...about)).toContain('leaf.pem: good');
});

test('an OCSP answer of the OpenSSL responder verifies', async () => {
  const serial = leaf.parsed.serial.toString(16).toUpperCase();
  const until = new Date(leaf.parsed.notAfter)
    .toISOString()
    .replaceAll(/[-:T]|\.\d+/g, '')
    .slice(2);
  write(
    'index',
    `V\t${until}\t\t${serial.padStart(serial.length + (serial.length % 2), '0')}\tunknown\t/CN=Leaf\n`,
  );
  openssl('ocsp', '-issuer', 'root.pem', '-cert', 'leaf.pem', '-no_nonce', '-reqout', 'request.der');
  const files = ['-rsigner', 'responder.pem', '-rkey', 'responder.key', '-CA', 'root.pem'];
  const answer = ['-index', 'index', '-reqin', 'request.der', '-ndays', '1', '-respout', 'theirs.der'];
  for (const by of [[], ['-resp_key_id']]) {
    openssl('ocsp', ...answer, ...files, ...by);
    const verified = await verify(new Uint8Array(readFileSync(join(dir, 'theirs.der'))));
    expect(verified.responder.der).toEqual(responder.certificate);
  }
});

test('the issuer itself may answer', async () => {
  const der = await ocsp({ responder: root });
  expect((await verify(der).catch(({ code }) => code)) as unknown).toMatchObject({
    responder: expect.objectContaining({ serial: root.parsed.serial }),
  });
});

test('refuses answers that do not speak for the certificate', async () => {
  await expect(verify(await ocsp({ certificate: responder.parsed }))).rejects.toEqual(
    refusal('STATUS_UNKNOWN'),
  );
  await expect(verify(await ocsp({ issuer: leaf.parsed }))).rejects.toEqual(refusal('STATUS_UNKNOWN'));
  const revoked = ocsp({ status: { revokedAt: Date.now() - DAY } });
  await expect(verify(await revoked)).rejects.toEqual(refusal('REVOKED'));
  const early = ocsp({ producedAt: Date.now() - 60_000 });
  await expect(verify(await early)).rejects.toEqual(refusal('STATUS_STALE'));
  await expect(verify(await ocsp({ responder: leaf }))).rejects.toEqual(refusal('EXTENDED_KEY_USAGE'));
  const other = await issue('Other', { pathLength: 0 });
  const stranger = await issue('Ocsp', { issuer: other, extKeyUsage: [oid.ocspSigning] });
  await expect(verify(await ocsp({ responder: stranger }))).rejects.toEqual(refusal('ISSUER_UNKNOWN'));
  expect(await verify(Uint8Array.of(0x30, 3, 0x0a, 1, 6)).catch(({ code }) => code)).toBe('OCSP_REFUSED');
});

test('any flipped bit of an OCSP answer or CRL is refused with a code', async () => {
  const answer = await ocsp();
  const list = await crlOf(root, [{ serial: 9n, at: Date.now() }]);
  const checks = [
    [answer, verify],
    [list, async (der: Uint8Array) => verifyCrl(nodePorts, parseCrl(der), root.parsed)],
  ] as const;
  const missed: string[] = [];
  for (const [der, check] of checks)
    for (let at = 0; at < der.length; at++) {
      const flipped = new Uint8Array(der);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
      try {
        await check(flipped);
        missed.push(`${der.length}:${at}`);
      } catch (error) {
        expect(error, `byte ${at}`).toBeInstanceOf(CodedError);
      }
    }
  expect(missed).toEqual([]);
}, 120_000);
