import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toPem } from '#shared/pki/pem';
import { issue, type TestIdentity } from '../../test/fixtures/issue-certificate.ts';
import { readConfig } from '../config.ts';

const dir = mkdtempSync(join(tmpdir(), 'config-trust-'));
let root: TestIdentity;
const read = (content: object) => {
  const path = join(dir, 'config.json');
  writeFileSync(path, JSON.stringify(content));
  return readConfig(['--config', path], {}).trust;
};
beforeAll(async () => {
  root = await issue('Root', { pathLength: 0 });
  writeFileSync(join(dir, 'root.pem'), toPem('CERTIFICATE', root.certificate));
  writeFileSync(join(dir, 'empty.pem'), '# nothing\n');
  writeFileSync(join(dir, 'damaged.pem'), '-----BEGIN CERTIFICATE-----\n?\n-----END CERTIFICATE-----\n');
});
afterAll(() => rmSync(dir, { recursive: true }));

const token = { provider: 'pkcs11', module: '/lib/token.so', tokenLabel: 't', keyLabel: 'k', pinFile: 'pin' };
const certificates = { chain: 'root.pem', ocspUrl: 'http://ca.example/ocsp', crl: 'ca.crl' };
const service = (n: number) => ({ name: `TSA ${n}`, url: `http://tsa${n}.example/`, roots: 'root.pem' });
const two = [service(1), service(2)];

test('paths are relative to the file; certificates are read', () => {
  expect(read({})).toEqual({});
  expect(read({ sm2: { keyFile: 'sm2.key' } })).toEqual({ sm2KeyFile: join(dir, 'sm2.key') });
  const { signing, timeStampServices, requiredTimeStamps } = read({
    keys: token,
    certificates,
    timeStamps: { services: [{ ...two[0], timeoutSeconds: 4, intermediates: 'root.pem' }, two[1]] },
  });
  expect(signing).toEqual({
    key: { ...token, pinFile: join(dir, 'pin') },
    certificate: { chain: [root.certificate], ocspUrl: certificates.ocspUrl, crl: join(dir, 'ca.crl') },
  });
  expect(requiredTimeStamps).toBe(1);
  expect(timeStampServices).toEqual([
    { ...two[0], roots: [root.certificate], intermediates: [root.certificate], timeoutMs: 4000 },
    { ...two[1], roots: [root.certificate] },
  ]);
  const url = 'https://ca.example/ca.crl';
  const own = { provider: 'pem', keyFile: 'key.pem' };
  expect(read({ keys: own, certificates: { ...certificates, crl: url } }).signing).toMatchObject({
    key: { provider: 'pem', keyFile: join(dir, 'key.pem') },
    certificate: { crl: url },
  });
});

test.each([
  [{ keys: { provider: 'pkcs12' } }, 'keys.provider'],
  [{ keys: { ...token, pin: '1234' } }, 'keys.pin'],
  [{ keys: { ...token, pinFile: undefined } }, 'keys.pinFile'],
  [{ keys: { provider: 'pem', keyFile: 'k' } }, 'certificates'],
  [{ certificates }, 'keys'],
  [{ keys: token, certificates: { ...certificates, chain: 'empty.pem' } }, 'certificates.chain'],
  [{ keys: token, certificates: { ...certificates, chain: 'damaged.pem' } }, 'certificates.chain'],
  [{ keys: token, certificates: { ...certificates, ocspUrl: 'ldap://x' } }, 'certificates.ocspUrl'],
  [{ timeStamps: { services: [two[0]] } }, 'timeStamps.services'],
  [{ timeStamps: { services: [two[0], two[0]] } }, 'timeStamps'],
  [{ timeStamps: { services: [two[0], { ...two[1], name: 'TSA 1' }] } }, 'timeStamps'],
  [{ timeStamps: { services: two, required: 3 } }, 'timeStamps'],
  [{ timeStamps: { services: two, required: 0 } }, 'timeStamps.required'],
])('%j is refused, naming the member', (content, entry) => {
  expect(() => read(content)).toThrow(expect.objectContaining({ code: 'VALUE_MALFORMED', entry }));
});

test('a file that is not there is named by its member', () => {
  const absent = { timeStamps: { services: [{ ...two[0], roots: 'absent.pem' }, two[1]] } };
  expect(() => read(absent)).toThrow(
    expect.objectContaining({ code: 'FILE_UNREADABLE', entry: 'timeStamps.services.0.roots' }),
  );
});
