import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toBase64 } from '#shared/lib/base64';
import { concatBytes } from '#shared/lib/concat-bytes';
import { parseCertificate } from '#shared/pki/certificate';
import { parseOcspResponse } from '#shared/pki/ocsp';
import { toPem } from '#shared/pki/pem';
import { hasOpenssl } from '../../test/fixtures/has-openssl.ts';
import { openTestApp, type TestApp } from './testing/open-test-app.ts';

let service: TestApp;
let folder = '';
const file = (name: string) => join(folder, name);

beforeAll(async () => {
  service = await openTestApp();
  folder = mkdtempSync(join(tmpdir(), 'ocsp-'));
  writeFileSync(file('ca.pem'), toPem('CERTIFICATE', service.trust.ca));
  writeFileSync(file('signer.pem'), toPem('CERTIFICATE', service.trust.signer.certificate));
  writeFileSync(file('tsa.pem'), toPem('CERTIFICATE', service.trust.authorities[0]!.certificates[0]!));
});
afterAll(async () => {
  await service.close();
  rmSync(folder, { recursive: true });
});

const openssl = (...args: string[]) =>
  execFileSync('openssl', args, { encoding: 'utf8', stdio: 'pipe', cwd: folder });
const ask = (payload: Uint8Array) =>
  service.app.inject({
    method: 'POST',
    url: '/ocsp',
    payload: Buffer.from(payload),
    headers: { 'content-type': 'application/ocsp-request' },
  });
const statusOf = (answer: { rawPayload: Uint8Array }) => [...answer.rawPayload];

describe.skipIf(!hasOpenssl)('what openssl asks', () => {
  test.each(['-sha1', '-sha256'])('answers what openssl asks with %s, by POST and by GET', async (digest) => {
    openssl('ocsp', '-issuer', 'ca.pem', digest, '-cert', 'signer.pem', '-no_nonce', '-reqout', 'request');
    const request = readFileSync(file('request'));
    const answer = await ask(request);
    expect(answer.headers['content-type']).toBe('application/ocsp-response');
    const { serial } = parseCertificate(service.trust.signer.certificate);
    expect(parseOcspResponse(answer.rawPayload)).toMatchObject({ status: 'good', certId: { serial } });
    writeFileSync(file('response'), answer.rawPayload);
    const said = openssl(
      ...[
        'ocsp',
        '-respin',
        'response',
        '-issuer',
        'ca.pem',
        digest,
        '-cert',
        'signer.pem',
        '-CAfile',
        'ca.pem',
      ],
    );
    expect(said).toContain('signer.pem: good');
    const got = await service.app.inject(`/ocsp/${encodeURIComponent(toBase64(request))}`);
    expect(parseOcspResponse(got.rawPayload).status).toBe('good');
  });

  test('a request with a nonce is answered', async () => {
    openssl('ocsp', '-issuer', 'ca.pem', '-cert', 'signer.pem', '-nonce', '-reqout', 'nonce');
    expect(parseOcspResponse((await ask(readFileSync(file('nonce')))).rawPayload).status).toBe('good');
  });

  test('certificates of others are not answered for, malformed requests are refused', async () => {
    openssl('ocsp', '-issuer', 'ca.pem', '-cert', 'tsa.pem', '-reqout', 'other');
    const unauthorized = [0x30, 3, 0x0a, 1, 6];
    expect(statusOf(await ask(readFileSync(file('other'))))).toEqual(unauthorized);
    openssl('ocsp', '-issuer', 'tsa.pem', '-cert', 'signer.pem', '-reqout', 'foreign');
    expect(statusOf(await ask(readFileSync(file('foreign'))))).toEqual(unauthorized);

    const malformed = [0x30, 3, 0x0a, 1, 1];
    openssl('ocsp', '-issuer', 'ca.pem', '-cert', 'signer.pem', '-cert', 'tsa.pem', '-reqout', 'two');
    const request = readFileSync(file('two'));
    for (const bad of [
      new Uint8Array(),
      request,
      request.subarray(1),
      concatBytes(request, Uint8Array.of(0)),
    ])
      expect(statusOf(await ask(bad))).toEqual(malformed);
    expect((await service.app.inject('/ocsp/not+base64')).statusCode).toBe(400);
    const json = { method: 'POST', url: '/ocsp', payload: {} } as const;
    expect((await service.app.inject(json)).json()).toMatchObject({
      error: { code: 'MEDIA_TYPE_UNSUPPORTED' },
    });
  });

  test('the CRL verifies and lists nothing', async () => {
    const crl = await service.app.inject('/crl');
    writeFileSync(file('crl.der'), crl.rawPayload);
    const text = openssl('crl', '-inform', 'DER', '-in', 'crl.der', '-CAfile', 'ca.pem', '-noout', '-text');
    expect(text).toContain('No Revoked Certificates');
  });
});
