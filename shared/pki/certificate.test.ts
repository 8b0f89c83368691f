import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { CodedError } from '#shared/lib/errors';
import { toHex } from '#shared/lib/hex';
import { nodePorts } from '../../server/store/node-ports.ts';
import { issue, testKeyKinds } from '../../test/fixtures/issue-certificate.ts';
import { buildCertificate } from './build-certificate.ts';
import { parseCertificate } from './certificate.ts';
import { buildDistinguishedName } from './distinguished-name.ts';
import { ecdsaSignatureFromDer, ecdsaSignatureToDer } from './ecdsa-signature.ts';
import { oid } from './oid.ts';
import { parsePem, toPem } from './pem.ts';
import { requireIssuedBy, verifyChain } from './verify-chain.ts';

const dir = mkdtempSync(join(tmpdir(), 'certificate-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const openssl = (...args: string[]): string =>
  execFileSync('openssl', args, { encoding: 'utf8', stdio: 'pipe', cwd: dir });

writeFileSync(join(dir, 'empty.cnf'), '[req]\ndistinguished_name=dn\n[dn]\n');
function opensslRoot(...key: string[]): string {
  const args = [
    'req',
    '-x509',
    '-nodes',
    '-config',
    'empty.cnf',
    '-utf8',
    '-keyout',
    'key.pem',
    '-out',
    'c.pem',
  ];
  const extensions = ['basicConstraints=critical,CA:TRUE,pathlen:3', 'keyUsage=critical,keyCertSign,cRLSign'];
  const ext = [...extensions, 'subjectKeyIdentifier=hash'].flatMap((value) => ['-addext', value]);
  openssl(...args, '-days', '30', '-subj', '/C=CN/O=公证处, "甲"/CN=Root \\+ 根', ...ext, ...key);
  return readFileSync(join(dir, 'c.pem'), 'utf8');
}

test.each([
  ['p256', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']],
  ['p384', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384', '-sha384']],
  ['rsa', ['-newkey', 'rsa:2048', '-sha512']],
  ['ed25519', ['-newkey', 'ed25519']],
] as const)('reads what OpenSSL issues with %s, and its signature verifies', async (kind, key) => {
  const [der] = parsePem(opensslRoot(...key), 'CERTIFICATE');
  const certificate = parseCertificate(der!);
  expect(certificate.keyKind).toBe(kind);
  expect(certificate).toMatchObject({ isCa: true, pathLength: 3 });
  expect([...(certificate.keyUsage ?? [])]).toEqual(['keyCertSign', 'cRLSign']);
  expect(certificate.subject.text).toBe('C=CN, O=公证处\\, \\"甲\\", CN=Root \\+ 根');
  expect(certificate.subject.commonName).toBe('Root + 根');
  expect(openssl('x509', '-in', 'c.pem', '-noout', '-serial').trim().toLowerCase()).toBe(
    `serial=${certificate.serial.toString(16).padStart(40, '0')}`,
  );
  const dates = openssl('x509', '-in', 'c.pem', '-noout', '-enddate', '-dateopt', 'iso_8601');
  expect(dates.trim()).toBe(
    `notAfter=${new Date(certificate.notAfter).toISOString().replace('T', ' ').replace('.000', '')}`,
  );
  const chain = await verifyChain(nodePorts, certificate, [], [certificate], Date.now());
  expect(chain).toEqual([certificate]);
  await requireIssuedBy(nodePorts, certificate, certificate);
});

test.each(testKeyKinds)('OpenSSL verifies what is built with %s', async (kind) => {
  const root = await issue('Root', { pathLength: 0, kind });
  const leaf = await issue('叶', { issuer: root, kind, policies: [oid.qualifiedPolicy] });
  writeFileSync(join(dir, 'root.pem'), toPem('CERTIFICATE', root.certificate));
  writeFileSync(join(dir, 'leaf.pem'), toPem('CERTIFICATE', leaf.certificate));
  expect(openssl('verify', '-x509_strict', '-CAfile', 'root.pem', 'leaf.pem')).toContain('OK');
  const chain = await verifyChain(nodePorts, leaf.parsed, [], [root.parsed], Date.now());
  expect(chain.map(({ subject }) => subject.commonName)).toEqual(['叶', 'Root']);
  expect(leaf.parsed.policies).toEqual([oid.qualifiedPolicy]);
});

test('certificates beyond 2049 use the other time type and come back', async () => {
  const notAfter = Date.UTC(2055, 5, 1);
  const { parsed } = await issue('Late', { notAfter });
  expect(parsed.notAfter).toBe(notAfter);
});

test('refuses what we do not read, with a code', async () => {
  const codeOf = (der: Uint8Array): string => {
    try {
      parseCertificate(der);
      return 'accepted';
    } catch (error) {
      return error instanceof CodedError ? error.code : `uncoded: ${error}`;
    }
  };
  const pem = (...key: string[]) => parsePem(opensslRoot(...key), 'CERTIFICATE')[0]!;
  expect(codeOf(pem('-newkey', 'rsa:1024'))).toBe('KEY_UNSUPPORTED');
  expect(codeOf(pem('-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:secp521r1'))).toBe('KEY_UNSUPPORTED');
  expect(codeOf(pem('-newkey', 'rsa:2048', '-sha1'))).toBe('ALGORITHM_UNSUPPORTED');
  expect(codeOf(new Uint8Array(0))).toBe('TRUNCATED');
});

test('any flipped bit of a certificate is refused with a code by parser or signature', async () => {
  const root = await issue('Root', { pathLength: 0 });
  const { certificate } = await issue('Leaf', { issuer: root, extKeyUsage: [oid.timeStamping] });
  for (let at = 0; at < certificate.length; at++) {
    const flipped = new Uint8Array(certificate);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
    const result = (async () =>
      verifyChain(nodePorts, parseCertificate(flipped), [], [root.parsed], Date.now()))();
    await expect(result, `byte ${at}`).rejects.toBeInstanceOf(CodedError);
  }
});

test('refuses a serial number that is zero, negative or too long', async () => {
  for (const serial of [0n, -1n, 1n << 160n])
    await expect(issue('Bad', { serial })).rejects.toMatchObject({ code: 'CERTIFICATE_MALFORMED' });
});

test('names with special characters read as in RFC 4514', async () => {
  const { parsed } = await issue('#a, b+c="d";<e>\\ ');
  expect(parsed.subject.text).toBe('CN=\\#a\\, b\\+c\\=\\"d\\"\\;\\<e\\>\\\\\\ ');
});

test('a certificate with the issuer of another key is refused', async () => {
  const [a, b] = [await issue('Root', { pathLength: 0 }), await issue('Root', { pathLength: 0 })];
  const leaf = await buildCertificate(
    {
      serial: 5n,
      issuer: buildDistinguishedName([{ type: oid.commonName, value: 'Root' }]),
      subject: buildDistinguishedName([{ type: oid.commonName, value: 'Leaf' }]),
      notBefore: Date.now(),
      notAfter: Date.now() + 10_000,
      publicKey: a.publicKey,
      issuerPublicKey: b.publicKey,
      keyUsage: ['digitalSignature'],
    },
    a,
  );
  const result = verifyChain(nodePorts, parseCertificate(leaf), [], [b.parsed], Date.now());
  await expect(result).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
});

test('PEM: what is written reads back; other labels and text between are skipped', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (der) => {
      const text = `note\n${toPem('X509 CRL', der)}${toPem('CERTIFICATE', der)}\nend`;
      expect(parsePem(text, 'CERTIFICATE').map(toHex)).toEqual([toHex(der)]);
      expect(parsePem(text.replaceAll('\n', '\r\n'), 'CERTIFICATE').map(toHex)).toEqual([toHex(der)]);
      expect(parsePem(text, 'PUBLIC KEY')).toEqual([]);
    }),
  );
});

test.each([
  ['not closed', '-----BEGIN CERTIFICATE-----\nAAAA\n'],
  ['not base64', '-----BEGIN CERTIFICATE-----\nA*AA\n-----END CERTIFICATE-----\n'],
  ['unused bits', '-----BEGIN CERTIFICATE-----\nAB==\n-----END CERTIFICATE-----\n'],
  ['odd lines', '-----BEGIN CERTIFICATE-----\nAA\nAA\n-----END CERTIFICATE-----\n'],
])('PEM that is %s is refused', (_, text) => {
  expect(() => parsePem(text, 'CERTIFICATE')).toThrow(expect.objectContaining({ code: 'PEM_MALFORMED' }));
});

test('ECDSA signatures convert both ways; other forms are refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 64, maxLength: 64 }), (raw) => {
      const usable = raw.subarray(0, 32).some((b) => b > 0) && raw.subarray(32).some((b) => b > 0);
      if (usable) expect(toHex(ecdsaSignatureFromDer(ecdsaSignatureToDer(raw), 32))).toBe(toHex(raw));
    }),
  );
  const refused = expect.objectContaining({ code: 'SIGNATURE_MALFORMED' });
  const raw = new Uint8Array(64).fill(0xff);
  expect(() => ecdsaSignatureFromDer(ecdsaSignatureToDer(new Uint8Array(96).fill(1)), 32)).toThrow(refused);
  expect(() => ecdsaSignatureFromDer(raw, 32)).toThrow(refused);
  expect(() => ecdsaSignatureFromDer(Uint8Array.of(...ecdsaSignatureToDer(raw), 0), 32)).toThrow(refused);
});
