import { expect, test } from 'vitest';
import { ahead } from './ahead.ts';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function running(weights: readonly number[], limits: { count: number; weight: number }) {
  let now = 0;
  let heavy = 0;
  let most = { count: 0, weight: 0 };
  const results: number[] = [];
  const work = async (index: number) => {
    now++;
    heavy += weights[index]!;
    most = { count: Math.max(most.count, now), weight: Math.max(most.weight, heavy) };
    await pause(index % 2 === 0 ? 8 : 1);
    now--;
    heavy -= weights[index]!;
    return index;
  };
  for await (const result of ahead(weights.keys(), work, { ...limits, weightOf: (index) => weights[index]! }))
    results.push(result);
  return { results, most };
}

test('results come in order, though later ones are done first', async () => {
  const { results, most } = await running([1, 1, 1, 1, 1, 1], { count: 3, weight: 100 });
  expect(results).toEqual([0, 1, 2, 3, 4, 5]);
  expect(most.count).toBe(3);
});

test('the weight under way stays within its limit, and a heavier item goes alone', async () => {
  const { results, most } = await running([3, 3, 3, 20, 3, 3], { count: 6, weight: 7 });
  expect(results).toEqual([0, 1, 2, 3, 4, 5]);
  expect(most).toEqual({ count: 2, weight: 20 });
});

test('a failure is thrown in its turn', async () => {
  const taken: number[] = [];
  const work = (item: number) => (item === 2 ? Promise.reject(new Error('second')) : Promise.resolve(item));
  const drain = async () => {
    for await (const result of ahead([1, 2, 3], work, { count: 9, weight: 9, weightOf: () => 1 }))
      taken.push(result);
  };
  await expect(drain()).rejects.toThrow('second');
  expect(taken).toEqual([1]);
});
