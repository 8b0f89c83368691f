import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isProvenExact } from './proven-exact.ts';

const encodings = [
  'utf-8',
  'gbk',
  'gb18030',
  'big5',
  'euc-jp',
  'shift_jis',
  'euc-kr',
  'windows-1252',
  'utf-16le',
  'iso-2022-jp',
];

test('plain ASCII of the right length is proven, anything else is not', () => {
  expect(isProvenExact('abc', 3)).toBe(true);
  expect(isProvenExact('abc', 4)).toBe(false);
  expect(isProvenExact('中', 3)).toBe(false);
  expect(isProvenExact('', 0)).toBe(true);
});

test('whatever the encoding, proven text is the bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.constantFrom(...encodings), (bytes, encoding) => {
      const text = new TextDecoder(encoding).decode(bytes);
      if (isProvenExact(text, bytes.length)) expect([...new TextEncoder().encode(text)]).toEqual([...bytes]);
    }),
    { numRuns: 2000 },
  );
});
