import * as v from 'valibot';
import { expect, test } from 'vitest';
import { comparePages } from './compare-pages.ts';
import { secondLook } from './second-look-file.ts';

const page = (title: string, ...lines: string[]) => ({ title, lines });

test('the same page seen twice, whatever its white space', () => {
  expect(comparePages(page('店铺', ' ¥ 12 ', '库存'), page('店铺 ', '¥\u00a012', '', '库存'))).toEqual({
    title: { verdict: 'same', first: '店铺', second: '店铺' },
    text: {
      verdict: 'same',
      first: 2,
      second: 2,
      onlyFirst: { count: 0, lines: [] },
      onlySecond: { count: 0, lines: [] },
    },
    prices: { verdict: 'same', first: ['12.00'], second: ['12.00'] },
  });
});

test('another title, another price, another line are told apart', () => {
  const { title, text, prices } = comparePages(page('a', '¥12', 'x'), page('b', '¥13', 'x', 'y'));
  expect([title.verdict, text.verdict, prices.verdict]).toEqual(['different', 'different', 'different']);
  expect(text.onlyFirst).toEqual({ count: 1, lines: ['¥12'] });
  expect(text.onlySecond).toEqual({ count: 2, lines: ['¥13', 'y'] });
  // A recommendation that changes with every look does not touch the price.
  expect(comparePages(page('a', '¥12', '猜你喜欢'), page('a', '¥12', '看了又看')).prices.verdict).toBe(
    'same',
  );
});

test('where one has no text nothing is claimed of text and price', () => {
  const { text, prices, title } = comparePages({ title: 'a' }, page('a', '¥1'));
  expect([title.verdict, text.verdict, prices.verdict]).toEqual(['same', 'not-recorded', 'not-recorded']);
  expect(text.first).toBeNull();
});

test('however much there is, the statement keeps its schema and its counts', () => {
  const many = (sign: string) =>
    Array.from({ length: 3000 }, (_, n) => `${sign}${n} 元 ${'长'.repeat(n)}\ud800`);
  const fields = comparePages(page('\udfff'.repeat(9000), ...many('a')), page('t', ...many('b')));
  const look = {
    version: 1,
    kind: 'capture',
    package: 'EVD-AAAAAAAAAAAAAAAA',
    capture: 'CAP-00000000-1',
    bundle: '0'.repeat(64),
    at: '2026-11-29T00:00:00.000Z',
    second: {
      package: 'EVD-BBBBBBBBBBBBBBBB',
      capture: 'CAP-00000001-1',
      bundle: '1'.repeat(64),
      device: '00000001',
    },
    officers: 'different',
    secondsApart: -4,
    ...fields,
  };
  expect(v.parse(secondLook, look)).toEqual(look);
  expect(fields.text.onlyFirst.count).toBe(3000);
});
