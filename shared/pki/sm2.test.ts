import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { CodedError } from '#shared/lib/errors';
import { fromHex, toHex } from '#shared/lib/hex';
import { toUtf8 } from '#shared/lib/utf8';
import { hasOpenssl } from '../../test/fixtures/has-openssl.ts';
import { parsePem, toPem } from './pem.ts';
import { encodeSm2PublicKey, isSm2Signature, parseSm2PublicKey, signSm2, sm2PublicPoint } from './sm2.ts';
import { inverse, isOnSm2Curve, sm2Curve, sm2Sum } from './sm2-curve.ts';

const random = (length: number) => new Uint8Array(randomBytes(length));
// GM/T 0003.5-2012, appendix A.2
const d = BigInt('0x3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8');
const data = toUtf8('message digest');

test('the example of GM/T 0003.5-2012', () => {
  const { x, y } = sm2PublicPoint(d);
  expect(x.toString(16)).toBe('9f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020');
  expect(y.toString(16)).toBe('ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13');
  const k = fromHex('59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21');
  const signature = signSm2(d, data, () => k);
  expect(toHex(signature)).toContain('f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3');
  expect(toHex(signature)).toContain('b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa');
  expect(isSm2Signature({ x, y }, data, signature)).toBe(true);
});

test('the group: order, inverse, infinity', () => {
  const { generator, order } = sm2Curve;
  expect(isOnSm2Curve(generator)).toBe(true);
  expect(sm2Sum([[order, generator]])).toBeUndefined();
  expect(
    sm2Sum([
      [order - 1n, generator],
      [1n, generator],
    ]),
  ).toBeUndefined();
  expect(
    sm2Sum([
      [1n, generator],
      [1n, generator],
    ]),
  ).toEqual(sm2Sum([[2n, generator]]));
  expect(
    sm2Sum([
      [7n, generator],
      [5n, generator],
    ]),
  ).toEqual(sm2Sum([[12n, generator]]));
  expect((inverse(12345n, order) * 12345n) % order).toBe(1n);
});

test('only its own message, key and signature hold; no altered bit does', () => {
  const key = sm2PublicPoint(d);
  const signature = signSm2(d, data, random);
  expect(isSm2Signature(key, data, signature)).toBe(true);
  expect(isSm2Signature(key, toUtf8('another'), signature)).toBe(false);
  expect(isSm2Signature(sm2PublicPoint(d + 1n), data, signature)).toBe(false);
  for (let at = 0; at < signature.length; at++) {
    const flipped = Uint8Array.from(signature);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
    try {
      expect(isSm2Signature(key, data, flipped), `byte ${at}`).toBe(false);
    } catch (error) {
      expect(error, `byte ${at}`).toBeInstanceOf(CodedError);
    }
  }
});

test('keys: parse is the inverse of encode; others are refused', () => {
  fc.assert(
    fc.property(fc.bigInt(1n, sm2Curve.order - 2n), (privateKey) => {
      const point = sm2PublicPoint(privateKey);
      expect(parseSm2PublicKey(encodeSm2PublicKey(point))).toEqual(point);
    }),
    { numRuns: 5 },
  );
  const off = encodeSm2PublicKey({ x: 1n, y: 1n });
  expect(() => parseSm2PublicKey(off)).toThrow(expect.objectContaining({ code: 'KEY_UNSUPPORTED' }));
  for (const no of [0n, sm2Curve.order - 1n])
    expect(() => sm2PublicPoint(no)).toThrow(expect.objectContaining({ code: 'KEY_UNSUPPORTED' }));
});

describe.skipIf(!hasOpenssl)('OpenSSL', () => {
  const dir = mkdtempSync(join(tmpdir(), 'sm2-'));
  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { cwd: dir, stdio: 'pipe' }).toString();
  const sm2 = ['-rawin', '-digest', 'sm3', '-pkeyopt', 'distid:1234567812345678'];
  afterAll(() => rmSync(dir, { recursive: true }));
  writeFileSync(join(dir, 'data'), data);

  test('accepts our signatures', () => {
    writeFileSync(join(dir, 'key.pem'), toPem('PUBLIC KEY', encodeSm2PublicKey(sm2PublicPoint(d))));
    for (let times = 0; times < 5; times++) {
      writeFileSync(join(dir, 'sig'), signSm2(d, data, random));
      const verify = [
        'pkeyutl',
        '-verify',
        '-pubin',
        '-inkey',
        'key.pem',
        '-in',
        'data',
        '-sigfile',
        'sig',
        ...sm2,
      ];
      expect(openssl(...verify)).toContain('Signature Verified Successfully');
    }
  });

  test('makes signatures we accept', () => {
    openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:SM2', '-out', 'own.pem');
    openssl('pkey', '-in', 'own.pem', '-pubout', '-out', 'own-public.pem');
    openssl('pkeyutl', '-sign', '-inkey', 'own.pem', '-in', 'data', '-out', 'own.sig', ...sm2);
    const [der] = parsePem(readFileSync(join(dir, 'own-public.pem'), 'utf8'), 'PUBLIC KEY');
    expect(
      isSm2Signature(parseSm2PublicKey(der!), data, new Uint8Array(readFileSync(join(dir, 'own.sig')))),
    ).toBe(true);
  });
});
