import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planTiles } from './tile-plan.ts';

test('a page is cut from top to bottom into tiles of at most 4096 device px', () => {
  const { tiles, height } = planTiles({ width: 1265, height: 15_294 }, 1, 100_000);
  expect(tiles.map(({ y, height: tall }) => [y, tall])).toEqual([
    [0, 4096],
    [4096, 4096],
    [8192, 4096],
    [12_288, 3006],
  ]);
  expect(height).toBe(15_294);
});

test('a page over the limit is pictured to the limit', () => {
  expect(planTiles({ width: 800, height: 400_000 }, 2, 100_000).height).toBe(100_000);
});

test('tiles cover the page without gap or overlap at any scale', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9000 }),
      fc.integer({ min: 1, max: 30_000 }),
      fc.constantFrom(1, 1.1, 1.25, 1.5, 2, 3, 0.5),
      (width, height, scale) => {
        const { tiles } = planTiles({ width, height }, scale, 100_000);
        expect(tiles.reduce((area, tile) => area + tile.width * tile.height, 0)).toBe(width * height);
        for (const tile of tiles) {
          expect(tile.width * scale).toBeLessThanOrEqual(4096);
          expect(tile.height * scale).toBeLessThanOrEqual(4096);
          expect(tile.x + tile.width).toBeLessThanOrEqual(width);
          expect(tile.y + tile.height).toBeLessThanOrEqual(height);
        }
      },
    ),
    { numRuns: 200 },
  );
});

test('seams fall on whole device px where the scale allows it', () => {
  for (const scale of [1, 1.25, 1.5, 2, 2.5])
    for (const { y } of planTiles({ width: 100, height: 20_000 }, scale, 100_000).tiles)
      expect(y * scale).toBe(Math.round(y * scale));
});
