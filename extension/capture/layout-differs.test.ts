import { expect, test } from 'vitest';
import { type LayoutItem, layoutDiffers } from './layout-differs.ts';

const rows = (text: (row: number) => string): LayoutItem[] =>
  Array.from({ length: 20 }, (_, row) => ({ x: 8, y: row * 100, width: 300, height: 20, what: text(row) }));

test('a list of different rows differs, a list of equal rows does not', () => {
  expect(
    layoutDiffers(
      rows((row) => `row ${row}`),
      0,
      1000,
      1000,
    ),
  ).toBe(true);
  expect(
    layoutDiffers(
      rows(() => 'again'),
      0,
      1000,
      1000,
    ),
  ).toBe(false);
});

test('stretches without text or picture are equal', () => {
  expect(layoutDiffers([], 0, 1000, 1000)).toBe(false);
});
