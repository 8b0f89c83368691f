import { expect, test } from 'vitest';
import { groupWrites } from './group-writes.ts';

test('rows that come during a write go together into the next, in order', async () => {
  const groups: number[][] = [];
  let release = () => {};
  const write = groupWrites<number>((rows) => {
    groups.push([...rows]);
    return new Promise((resolve) => {
      release = resolve;
    });
  });
  const stored: number[] = [];
  const all = [1, 2, 3].map((row) => write(row).then(() => stored.push(row)));
  expect(groups).toEqual([[1]]);
  expect(stored).toEqual([]);
  release();
  await all[0];
  expect(stored).toEqual([1]);
  expect(groups).toEqual([[1], [2, 3]]);
  release();
  await Promise.all(all);
  expect(stored).toEqual([1, 2, 3]);
});

test('a failure reaches the callers of its group and nobody else', async () => {
  const write = groupWrites<string>((rows) =>
    rows.includes('bad') ? Promise.reject(new Error('full')) : Promise.resolve(),
  );
  const outcomes = await Promise.allSettled([write('good'), write('bad'), write('beside')]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
  await expect(write('later')).resolves.toBeUndefined();
});
