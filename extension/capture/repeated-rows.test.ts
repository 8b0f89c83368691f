import { expect, test } from 'vitest';
import { repeatsEvery, sameRows } from './repeated-rows.ts';
import { rowHashes } from './row-hashes.ts';

/** A picture of 8 px width whose rows show their number, modulo `period`. */
const picture = (rows: number, period = rows, from = 0) => {
  const pixels = new Uint8ClampedArray(rows * 8 * 4);
  for (let row = 0; row < rows; row++) {
    const value = (row + from) % period;
    for (let x = 0; x < 8; x++) pixels.set([value & 255, x, value >> 8, 255], (row * 8 + x) * 4);
  }
  return rowHashes(pixels, 8, rows);
};
const blank = (rows: number) => rowHashes(new Uint8ClampedArray(rows * 8 * 4).fill(255), 8, rows);

test('rows of one colour have no hash, other rows differ by content', () => {
  expect([...blank(3)]).toEqual([0, 0, 0]);
  expect(new Set(picture(200)).size).toBe(200);
});

test('a viewport repeated down the page is found', () => {
  expect(repeatsEvery(picture(1000, 200), 200)).toBe(true);
  expect(repeatsEvery(picture(1000), 200)).toBe(false);
  expect(repeatsEvery(picture(100), 200)).toBe(false);
});

test('the same tile again is found, a blank one says nothing', () => {
  expect(sameRows(picture(300), picture(300))).toBe(true);
  expect(sameRows(picture(300), picture(300, 1000, 300))).toBe(false);
  expect(sameRows(blank(300), blank(300))).toBe(false);
  expect(repeatsEvery(blank(1000), 200)).toBe(false);
});
