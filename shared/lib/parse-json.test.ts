import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseJson } from './parse-json.ts';

test('reads what JSON.parse reads', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(parseJson(text)).toEqual(JSON.parse(text));
    }),
  );
});

test('a long text of few values is read, whatever its strings hold', () => {
  const value = { a: ',['.repeat(2_000_000), 'b"\\': '{"\\'.repeat(100_000) };
  expect(parseJson(JSON.stringify(value))).toEqual(value);
});

test.each([
  ['nested', `${'['.repeat(30_000_000)}${']'.repeat(30_000_000)}`],
  ['unclosed', '['.repeat(60_000_000)],
  ['flat', `[${'0,'.repeat(30_000_000)}0]`],
  ['objects', `[${'{},'.repeat(20_000_000)}{}]`],
])('60 MB of %s values are refused before they become objects', (_, text) => {
  const before = process.memoryUsage().heapUsed; // reading makes the text one piece of 60 MB
  const started = performance.now();
  expect(() => parseJson(text)).toThrow(RangeError);
  expect(performance.now() - started).toBeLessThan(2000);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(100_000_000);
});

test('a text cut off in the middle of a string is no JSON', () => {
  expect(() => parseJson(`"${'x'.repeat(2_000_000)}`)).toThrow(SyntaxError);
  expect(() => parseJson(`"${'x'.repeat(2_000_000)}\\`)).toThrow(SyntaxError);
});
