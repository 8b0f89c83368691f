import { expect, test } from 'vitest';
import { createWriteTurns } from './write-turns.ts';

test('so many at once, in the order of asking; each turn is given back once', async () => {
  const turns = createWriteTurns(2);
  const begun: number[] = [];
  const backs: (() => void)[] = [];
  const all = [0, 1, 2, 3, 4].map(async (n) => {
    backs[n] = await turns.take();
    begun.push(n);
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  await settle();
  expect(begun).toEqual([0, 1]);
  backs[1]?.();
  backs[1]?.();
  await settle();
  expect(begun).toEqual([0, 1, 2]);
  backs[0]?.();
  backs[2]?.();
  await Promise.all(all);
  expect(begun).toEqual([0, 1, 2, 3, 4]);
});
