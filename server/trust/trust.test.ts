import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sha256 } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { type Certificate, parseCertificate } from '#shared/pki/certificate';
import { parseCrl, verifyCrl } from '#shared/pki/crl';
import { toPem } from '#shared/pki/pem';
import { buildTimeStampRequest } from '#shared/pki/time-stamp-request';
import { parseTimeStampResponse } from '#shared/pki/time-stamp-response';
import { verifyOcsp } from '#shared/pki/verify-ocsp';
import { verifyTimeStamp } from '#shared/pki/verify-time-stamp';
import { nodePorts } from '../store/node-ports.ts';
import { trialRoles } from './trial-certificates.ts';
import { openTrust, type Trust } from './trust.ts';

const dir = mkdtempSync(join(tmpdir(), 'trust-'));
const trustDir = join(dir, 'trust');
const now = () => new Date(Date.now());
const options = { organisation: '测试取证中心', now };
let trust: Trust;

const file = (name: string, content: Uint8Array | string): string => {
  const path = join(dir, name);
  writeFileSync(path, content);
  return path;
};
const openssl = (...args: string[]): string =>
  execFileSync('openssl', args, { encoding: 'utf8', stdio: 'pipe' });
const pem = (...ders: readonly Uint8Array[]) => ders.map((der) => toPem('CERTIFICATE', der)).join('');

beforeAll(async () => {
  trust = await openTrust(trustDir, options);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('keys are readable by the owner only, and a second start uses the same set', async () => {
  const folder = join(trustDir, 'trial');
  for (const role of trialRoles) expect(statSync(join(folder, `${role}.key`)).mode & 0o777).toBe(0o600);
  const again = await openTrust(trustDir, { ...options, organisation: 'another name' });
  expect(again.ca).toEqual(trust.ca);
  expect(again.signer.certificate).toEqual(trust.signer.certificate);
  expect(again.authorities[0]?.certificates).toEqual(trust.authorities[0]?.certificates);
});

test('names say self-issued and differ between installations', async () => {
  const other = await openTrust(join(dir, 'other'), options);
  const [a, b] = [trust, other].map(({ ca }) => parseCertificate(ca).subject.text);
  expect(a).toMatch(/^O=测试取证中心, CN=Tiezheng Trial CA \(self-issued\) [0-9a-f]{8}$/);
  expect(a).not.toBe(b);
  expect(trust.selfIssued && trust.authorities.every(({ selfIssued }) => selfIssued)).toBe(true);
});

test('OpenSSL accepts every certificate for its purpose', () => {
  const ca = file('ca.pem', pem(trust.ca));
  const signer = file('signer.pem', pem(trust.signer.certificate));
  const ocsp = file('ocsp.pem', pem(trust.ocspCertificate!));
  const [authority] = trust.authorities;
  const tsaCa = file('tsa-ca.pem', pem(...authority!.roots));
  const tsa = file('tsa.pem', pem(authority!.certificates[0]!));
  expect(openssl('verify', '-x509_strict', '-CAfile', ca, signer)).toContain('OK');
  expect(openssl('verify', '-x509_strict', '-purpose', 'ocsphelper', '-CAfile', ca, ocsp)).toContain('OK');
  expect(openssl('verify', '-x509_strict', '-purpose', 'timestampsign', '-CAfile', tsaCa, tsa)).toContain(
    'OK',
  );
  expect(() => openssl('verify', '-CAfile', ca, tsa)).toThrow();
  expect(openssl('x509', '-in', tsa, '-noout', '-text')).toMatch(
    /Public-Key: \(3072 bit\).*Extended Key Usage: critical\s+Time Stamping/s,
  );
  expect(openssl('x509', '-in', ocsp, '-noout', '-text')).toContain('OCSP No Check');
});

test('the built-in TSA stamps, and OpenSSL verifies', async () => {
  const data = toUtf8('what is stamped');
  const [authority] = trust.authorities;
  const response = await authority!.stamp(sha256(data));
  const roots = authority!.roots.map(parseCertificate);
  const verified = await verifyTimeStamp(nodePorts, response, { digest: sha256(data), anchors: roots });
  expect(Math.abs(verified.genTime - Date.now())).toBeLessThan(5000);
  expect(verified.anchor?.der).toEqual(roots[0]?.der);
  const tsr = file('a.tsr', response);
  const root = file('tsa-root.pem', pem(...authority!.roots));
  const text = file('data.txt', data);
  expect(openssl('ts', '-verify', '-data', text, '-in', tsr, '-CAfile', root)).toContain('OK');
  expect(() => openssl('ts', '-verify', '-data', root, '-in', tsr, '-CAfile', root)).toThrow();
  expect(openssl('ts', '-reply', '-in', tsr, '-text')).toMatch(/Policy OID: 2\.999\.3161\.1/);
});

test('the built-in TSA answers queries of OpenSSL, with and without nonce and certificates', async () => {
  const text = file('query.txt', 'query');
  const root = file('tsa-root.pem', pem(...trust.authorities[0]!.roots));
  const tsa = file('tsa.pem', pem(trust.authorities[0]!.certificates[0]!));
  for (const flags of [['-cert'], ['-no_nonce'], ['-sha384', '-cert'], ['-tspolicy', '2.999.3161.1']]) {
    const query = join(dir, 'q.tsq');
    openssl('ts', '-query', '-data', text, '-out', query, ...flags);
    const answer = file('q.tsr', await trust.respondToTimeStampRequest(readFileSync(query)));
    const verify = ['ts', '-verify', '-queryfile', query, '-in', answer, '-CAfile', root, '-untrusted', tsa];
    expect(openssl(...verify)).toContain('Verification: OK');
  }
});

test('the built-in TSA refuses what it does not offer, in RFC 3161 form', async () => {
  const text = file('query.txt', 'query');
  const statusOf = async (query: Uint8Array) => {
    const answer = await trust.respondToTimeStampRequest(query);
    expect(() => parseTimeStampResponse(answer)).toThrow(
      expect.objectContaining({ code: 'TIME_STAMP_REFUSED' }),
    );
    return openssl('ts', '-reply', '-text', '-in', file('refused.tsr', answer));
  };
  const query = (...flags: string[]) => {
    openssl('ts', '-query', '-data', text, '-out', join(dir, 'r.tsq'), ...flags);
    return readFileSync(join(dir, 'r.tsq'));
  };
  expect(await statusOf(query('-tspolicy', '1.2.3'))).toMatch(/Rejected.*policy is not supported/is);
  expect(await statusOf(query('-sha1'))).toMatch(/Rejected.*unrecognized or unsupported algorithm/is);
  expect(await statusOf(toUtf8('not a query'))).toMatch(/Rejected.*data submitted has the wrong format/is);
});

test('serial numbers of tokens do not repeat', async () => {
  const digest = sha256(toUtf8('x'));
  const query = buildTimeStampRequest(digest, 7n);
  const answers = await Promise.all(Array.from({ length: 10 }, () => trust.respondToTimeStampRequest(query)));
  const serials = new Set(answers.map((answer) => parseTimeStampResponse(answer).serial));
  expect(serials.size).toBe(10);
});

test('CRL and OCSP answer verify, here and in OpenSSL', async () => {
  const ca = parseCertificate(trust.ca);
  const crl = await trust.crl();
  await verifyCrl(nodePorts, parseCrl(crl), ca);
  const caFile = file('ca.pem', pem(trust.ca));
  const signerFile = file('signer.pem', pem(trust.signer.certificate));
  const crlFile = file('crl.pem', toPem('X509 CRL', crl));
  expect(openssl('verify', '-crl_check', '-CRLfile', crlFile, '-CAfile', caFile, signerFile)).toContain('OK');
  const ocsp = await trust.ocsp(trust.signer.certificate);
  const certificate = parseCertificate(trust.signer.certificate);
  const verified = await verifyOcsp(nodePorts, ocsp, { certificate, issuer: ca, since: Date.now() - 1000 });
  expect(verified.responder.der).toEqual(trust.ocspCertificate!);
  const ocspFile = file('ocsp.der', ocsp);
  const about = ['-issuer', caFile, '-sha256', '-cert', signerFile];
  expect(openssl('ocsp', '-respin', ocspFile, ...about, '-CAfile', caFile)).toContain(': good');
  await expect(trust.ocsp(trust.authorities[0]!.certificates[0]!)).rejects.toMatchObject({
    code: 'NOT_ISSUED_HERE',
  });
});

test('damaged keys and certificates are named', async () => {
  const damaged = join(dir, 'damaged');
  await openTrust(damaged, options);
  const path = join(damaged, 'trial', 'tsa.pem');
  const original = readFileSync(path, 'utf8');
  writeFileSync(path, original.slice(0, 200));
  await expect(openTrust(damaged, options)).rejects.toMatchObject({ code: 'TRUST_DAMAGED', entry: path });
  writeFileSync(path, original);
  writeFileSync(join(damaged, 'trial', 'tsa.key'), readFileSync(join(damaged, 'trial', 'ca.key')));
  await expect(openTrust(damaged, options)).rejects.toMatchObject({ code: 'KEY_MISMATCH', entry: 'tsa' });
  rmSync(join(damaged, 'trial', 'tsa.key'));
  await expect(openTrust(damaged, options)).rejects.toMatchObject({ code: 'KEY_UNREADABLE' });
});

test('a kill at any moment of the first start leaves all or nothing', async () => {
  const script = `import { openTrust } from ${JSON.stringify(join(process.cwd(), 'server/trust/trust.ts'))};
await openTrust(process.argv[1], { organisation: 'killed', now: () => new Date() });`;
  const halfMade: boolean[] = [];
  for (const delay of [0, 150, 500]) {
    const killed = join(dir, `killed-${delay}`);
    mkdirSync(killed);
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script, killed]);
    const ended = new Promise((resolve) => child.on('exit', resolve));
    const begun = Date.now();
    while (child.exitCode === null && Date.now() - begun < 15_000) {
      if (readdirSync(killed).length > 0) break;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await new Promise((resolve) => setTimeout(resolve, delay));
    child.kill('SIGKILL');
    await ended;
    halfMade.push(readdirSync(killed).some((name) => name.startsWith('.trial-')));
    const before = readdirSync(killed).includes('trial')
      ? readFileSync(join(killed, 'trial/ca.pem'))
      : undefined;
    const opened = await openTrust(killed, options);
    expect(readdirSync(killed)).toEqual(['trial']);
    if (before !== undefined) expect(toPem('CERTIFICATE', opened.ca)).toBe(before.toString());
    const anchors: Certificate[] = opened.authorities[0]!.roots.map(parseCertificate);
    const digest = sha256(toUtf8('after the kill'));
    const response = await opened.authorities[0]!.stamp(digest);
    await expect(verifyTimeStamp(nodePorts, response, { digest, anchors })).resolves.toBeDefined();
  }
  expect(halfMade[0]).toBe(true);
});
