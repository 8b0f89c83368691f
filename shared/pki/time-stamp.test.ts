import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeInteger, encodeSequence, encodeSetOf } from '#shared/lib/der/encode-der';
import { CodedError } from '#shared/lib/errors';
import { toHex } from '#shared/lib/hex';
import { sha256 } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { nodePorts } from '../../server/store/node-ports.ts';
import { issue, type TestIdentity, testKeyKinds } from '../../test/fixtures/issue-certificate.ts';
import { encodeAttribute } from './attribute.ts';
import { buildSignedData } from './build-signed-data.ts';
import { buildTimeStamp, buildTimeStampRefusal, type TimeStampInput } from './build-time-stamp.ts';
import { normaliseTimeStamp } from './normalise-time-stamp.ts';
import { oid } from './oid.ts';
import { toPem } from './pem.ts';
import { buildTimeStampRequest, parseTimeStampRequest } from './time-stamp-request.ts';
import { buildTimeStampResponse, parseTimeStampResponse } from './time-stamp-response.ts';
import { verifyTimeStamp } from './verify-time-stamp.ts';

const dir = mkdtempSync(join(tmpdir(), 'time-stamp-'));
// Verifying takes a millisecond; the long run takes every byte.
const stride = process.env.TIEZHENG_LONG === '1' ? 1 : 5;
const data = toUtf8('stamped');
const digest = sha256(data);
let root: TestIdentity;
let tsa: TestIdentity;

const write = (name: string, content: Uint8Array | string) => writeFileSync(join(dir, name), content);
const openssl = (...args: string[]): string =>
  execFileSync('openssl', args, { encoding: 'utf8', stdio: 'pipe', cwd: dir });

beforeAll(async () => {
  root = await issue('TSA CA', { pathLength: 0 });
  tsa = await issue('TSA', { issuer: root, kind: 'rsa', extKeyUsage: [oid.timeStamping] });
  write('root.pem', toPem('CERTIFICATE', root.certificate));
  write('tsa.pem', toPem('CERTIFICATE', tsa.certificate));
  write('tsa.key', tsa.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  write('data.txt', data);
  write('serial', '01\n');
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const stamp = (overrides: Partial<TimeStampInput> = {}): Promise<Uint8Array> =>
  buildTimeStamp({
    request: { imprintHash: 'sha256', imprint: digest, policy: undefined, nonce: 7n, certReq: true },
    policy: '1.2.3',
    serial: 42n,
    genTime: Date.now(),
    accuracy: 1500,
    signer: tsa,
    certificates: [tsa.certificate, root.certificate],
    ...overrides,
  });
const verify = (response: Uint8Array, anchors = [root.parsed]) =>
  verifyTimeStamp(nodePorts, response, { digest, anchors });
const refusal = (code: string) => expect.objectContaining({ code });

test.each(testKeyKinds)('what is built with a key of kind %s verifies', async (kind) => {
  const signer = await issue('Tsa', { issuer: root, kind, extKeyUsage: [oid.timeStamping] });
  const genTime = Date.now();
  const response = await stamp({ signer, certificates: [signer.certificate, root.certificate], genTime });
  const verified = await verify(response);
  expect(verified.genTime).toBe(genTime);
  expect(verified.signer.der).toEqual(signer.certificate);
  expect(parseTimeStampResponse(response)).toMatchObject({
    serial: 42n,
    nonce: 7n,
    policy: '1.2.3',
    accuracy: 1500,
    imprint: digest,
  });
});

const CONFIG = `[tsa]\nserial=serial\nsigner_cert=tsa.pem\ncerts=root.pem\nsigner_key=tsa.key\nsigner_digest=sha256
default_policy=1.2.3.4\ndigests=sha256,sha384\naccuracy=secs:1,millisecs:500,microsecs:100\nordering=yes\ntsa_name=yes
ess_cert_id_chain=no\n`;

test.each([
  ['sha1', 'no'],
  ['sha256', 'yes'],
])(
  'a token of the OpenSSL TSA (certificate named by %s, chain %s) verifies once normalised',
  async (id, chain) => {
    write('tsa.cnf', `${CONFIG.replace('chain=no', `chain=${chain}`)}ess_cert_id_alg=${id}\n`);
    openssl('ts', '-query', '-data', 'data.txt', '-sha256', '-cert', '-out', 'q.tsq');
    openssl('ts', '-reply', '-config', 'tsa.cnf', '-section', 'tsa', '-queryfile', 'q.tsq', '-out', 'r.tsr');
    const response = normaliseTimeStamp(new Uint8Array(readFileSync(join(dir, 'r.tsr'))), [
      root.certificate,
      tsa.certificate,
    ]);
    expect((await verify(response)).anchor?.der).toEqual(root.certificate);
    const request = parseTimeStampRequest(readFileSync(join(dir, 'q.tsq')));
    expect(request).toMatchObject({ certReq: true, imprintHash: 'sha256', imprint: digest });
    expect(parseTimeStampResponse(response)).toMatchObject({ nonce: request.nonce, accuracy: 1501 });
    write('normalised.tsr', response);
    const again = openssl(
      'ts',
      '-verify',
      '-queryfile',
      'q.tsq',
      '-in',
      'normalised.tsr',
      '-CAfile',
      'root.pem',
    );
    expect(again).toContain('Verification: OK');
  },
);

test('refuses other bytes, other anchors, a token from before or after the chain was valid', async () => {
  const response = await stamp();
  const other = { digest: sha256(toUtf8('other')), anchors: [root.parsed] };
  await expect(verifyTimeStamp(nodePorts, response, other)).rejects.toEqual(refusal('IMPRINT_MISMATCH'));
  const stranger = await issue('TSA CA', { pathLength: 0 });
  await expect(verify(response, [stranger.parsed])).rejects.toThrow();
  await expect(verify(response, [])).rejects.toEqual(refusal('ISSUER_UNKNOWN'));
  await expect(verify(await stamp({ genTime: 0 }))).rejects.toEqual(refusal('NOT_YET_VALID'));
  const late = stamp({ genTime: Date.UTC(2049, 0, 1) });
  await expect(verify(await late)).rejects.toEqual(refusal('EXPIRED'));
  const hash = { imprintHash: 'sha384' as const, imprint: new Uint8Array(48) };
  const wide = stamp({ request: { ...hash, policy: undefined, nonce: undefined, certReq: true } });
  await expect(verify(await wide)).rejects.toEqual(refusal('IMPRINT_MISMATCH'));
});

test('refuses a signer that is not for time-stamping only', async () => {
  const signer = await issue('Signer', { issuer: root });
  const response = await stamp({ signer, certificates: [signer.certificate, root.certificate] });
  await expect(verify(response)).rejects.toEqual(refusal('EXTENDED_KEY_USAGE'));
});

test('refuses a token without the certificate of its signer', async () => {
  const response = await stamp({ certificates: [root.certificate] });
  await expect(verify(response)).rejects.toEqual(refusal('SIGNER_UNKNOWN'));
});

test('refuses a token that names another certificate than the one its key belongs to', async () => {
  const twin = await issue('TSA', {
    issuer: root,
    kind: 'rsa',
    extKeyUsage: [oid.timeStamping],
    serial: tsa.parsed.serial,
  });
  const response = await stamp({ certificates: [twin.certificate, root.certificate] });
  await expect(verify(response)).rejects.toEqual(refusal('SIGNING_CERTIFICATE'));
});

test('refuses unsigned additions', async () => {
  const { signedData } = parseTimeStampResponse(await stamp());
  const token = await buildSignedData({
    contentType: oid.tstInfo,
    content: signedData.content!,
    detached: false,
    signer: tsa,
    certificates: [tsa.certificate, root.certificate],
    unsignedAttributes: async () => [encodeAttribute('1.2.3', encodeInteger(1))],
  });
  await expect(verify(buildTimeStampResponse(token))).rejects.toEqual(refusal('ATTRIBUTE_UNKNOWN'));
});

test('refuses a status that is not plainly granted, and says why', () => {
  const response = buildTimeStampRefusal('badAlg', 'no such digest');
  expect(() => parseTimeStampResponse(response)).toThrow(
    expect.objectContaining({
      code: 'TIME_STAMP_REFUSED',
      message: expect.stringContaining('no such digest'),
    }),
  );
  write('refused.tsr', response);
  expect(openssl('ts', '-reply', '-in', 'refused.tsr', '-text')).toContain('Rejected');
});

test('status "granted with modifications" is taken only to be written anew', async () => {
  const { token } = parseTimeStampResponse(await stamp());
  const modified = encodeSequence(encodeSequence(encodeInteger(1)), token);
  expect(() => parseTimeStampResponse(modified)).toThrow(refusal('TIME_STAMP_REFUSED'));
  const anew = normaliseTimeStamp(modified, [tsa.certificate, root.certificate]);
  expect(toHex(anew)).toBe(toHex(buildTimeStampResponse(token)));
});

test('an RSA signer that repeats its digest is refused, and taken once normalised', async () => {
  const response = await stamp();
  // rsaEncryption ends in .1, sha256WithRSAEncryption in .11; the last occurrence is the signer's.
  const rsa = '06092a864886f70d0101';
  const hex = toHex(response);
  const at = hex.lastIndexOf(`${rsa}01`);
  const spelt = Uint8Array.from(
    Buffer.from(`${hex.slice(0, at)}${rsa}0b${hex.slice(at + rsa.length + 2)}`, 'hex'),
  );
  await expect(verify(spelt)).rejects.toEqual(refusal('CMS_UNSUPPORTED'));
  const anew = normaliseTimeStamp(spelt, [tsa.certificate, root.certificate]);
  expect(toHex(anew)).toBe(hex);
});

test('any flipped bit of a response is refused with a code, with and without anchors', async () => {
  const response = await stamp();
  const missed: number[] = [];
  for (let at = 0; at < response.length; at += stride) {
    const flipped = new Uint8Array(response);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 7));
    for (const anchors of [{ anchors: [root.parsed] }, {}])
      try {
        await verifyTimeStamp(nodePorts, flipped, { digest, ...anchors });
        missed.push(at);
      } catch (error) {
        expect(error, `byte ${at}`).toBeInstanceOf(CodedError);
      }
  }
  expect(missed).toEqual([]);
}, 120_000);

test('requests come back as they were built; mutated ones parse or are refused with a code', () => {
  const positive = fc.bigInt({ min: 0n, max: 1n << 100n });
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      positive,
      fc.nat(),
      fc.nat(255),
      (imprint, nonce, at, octet) => {
        const der = buildTimeStampRequest(imprint, nonce);
        expect(parseTimeStampRequest(der)).toEqual({
          imprintHash: 'sha256',
          imprint,
          policy: undefined,
          nonce,
          certReq: true,
        });
        der[at % der.length] = octet;
        try {
          parseTimeStampRequest(der);
        } catch (error) {
          expect(error).toBeInstanceOf(CodedError);
        }
      },
    ),
  );
});

test('sets out of order are refused', async () => {
  const { signedData } = parseTimeStampResponse(await stamp());
  const [first, second] = signedData.certificates.map(({ der }) => der);
  const sorted = encodeSetOf([first!, second!], 0xa0);
  const hex = toHex(await stamp()).replace(
    toHex(sorted),
    toHex(
      Uint8Array.of(
        ...sorted.subarray(0, sorted.length - first!.length - second!.length),
        ...second!,
        ...first!,
      ),
    ),
  );
  const swapped = Uint8Array.from(hex.match(/../g)!, (octet) => Number.parseInt(octet, 16));
  expect(toHex(swapped)).not.toBe(toHex(await stamp()));
  await expect(verify(swapped)).rejects.toEqual(refusal('UNSORTED_SET'));
});
