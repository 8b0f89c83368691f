import { createHash, getHashes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toHex } from './hex.ts';
import { createSm3, sm3 } from './sm3.ts';
import { toUtf8 } from './utf8.ts';

test('the examples of GB/T 32905-2016, appendix A', () => {
  expect(toHex(sm3(toUtf8('abc')))).toBe('66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0');
  expect(toHex(sm3(toUtf8('abcd'.repeat(16))))).toBe(
    'debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732',
  );
  expect(toHex(sm3(new Uint8Array()))).toBe(
    '1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b',
  );
});

const hasSm3 = getHashes().includes('sm3');
if (!hasSm3) console.warn('SKIPPED: this Node has no SM3 to compare with');

test.skipIf(!hasSm3)('the same as OpenSSL, however it is cut', () => {
  const openssl = (bytes: Uint8Array) => createHash('sm3').update(bytes).digest('hex');
  for (let length = 0; length < 200; length++) {
    const bytes = new Uint8Array(length).map((_, index) => (index * 7 + length) % 256);
    expect(toHex(sm3(bytes))).toBe(openssl(bytes));
  }
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 }), (parts) => {
      const hash = createSm3();
      for (const part of parts) hash.update(part);
      expect(toHex(hash.digest())).toBe(openssl(Buffer.concat(parts)));
    }),
    { numRuns: 50 },
  );
});
