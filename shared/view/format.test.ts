import { expect, test } from 'vitest';
import { beijingTime, byteCount, duration, hashGroups, utcTime } from './format.ts';
import { languageOf } from './language.ts';

test('Beijing time runs eight hours ahead of UTC, over midnight and the new year', () => {
  const at = Date.UTC(2026, 11, 31, 16, 5, 9);
  expect(beijingTime(at)).toBe('2027-01-01 00:05:09');
  expect(utcTime(at)).toBe('2026-12-31T16:05:09Z');
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.00 kB'],
  [10_483_587, '10.5 MB'],
  [200e6, '200 MB'],
])('%d bytes read %s', (bytes, text) => expect(byteCount(bytes)).toBe(text));

test.each([
  [12.4, '12 ms'],
  [3240, '3.2 s'],
  [125_000, '2 min 05 s'],
])('%d ms read %s', (ms, text) => expect(duration(ms)).toBe(text));

test('a digest is eight groups of eight', () => {
  expect(hashGroups('0123456789abcdef'.repeat(4))).toEqual(
    Array.from({ length: 8 }, (_, n) => (n % 2 ? '89abcdef' : '01234567')),
  );
});

test('the first locale we speak decides; none of them means Chinese', () => {
  expect(languageOf(['fr-FR', 'en-GB', 'zh-CN'])).toBe('en');
  expect(languageOf(['zh-TW'])).toBe('zh');
  expect(languageOf(['de'])).toBe('zh');
});
