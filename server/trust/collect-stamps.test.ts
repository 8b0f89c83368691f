import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { sha256 } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { collectStamps } from './collect-stamps.ts';
import type { TimeStampAuthority } from './trust.ts';

const digest = sha256(toUtf8('x'));
/** Answers with its name after some time, or throws. */
const authority = (name: string, afterMs: number, fails = false): TimeStampAuthority & { asked: number } => {
  const self = {
    name,
    ...{ selfIssued: false, certificates: [], roots: [], asked: 0 },
    async stamp() {
      self.asked += 1;
      await sleep(afterMs);
      if (fails) throw new Error(`${name} is down`);
      return toUtf8(name);
    },
  };
  return self;
};
const namesOf = async (authorities: TimeStampAuthority[], required: number) =>
  (await collectStamps(authorities, digest, { required, patienceMs: 50 })).map(
    ({ authority: { name } }) => name,
  );

test('asks no more than required while they answer', async () => {
  const all = [authority('a', 1), authority('b', 1), authority('c', 1)];
  expect(await namesOf(all, 1)).toEqual(['a']);
  expect(await namesOf(all, 2)).toEqual(['a', 'b']);
  expect(all.map(({ asked }) => asked)).toEqual([2, 1, 0]);
});

test('the next one joins one that fails or hangs; the answer keeps the order', async () => {
  expect(await namesOf([authority('a', 1, true), authority('b', 1), authority('c', 20)], 2)).toEqual([
    'b',
    'c',
  ]);
  const begun = performance.now();
  expect(await namesOf([authority('a', 5000), authority('b', 1), authority('c', 1)], 1)).toEqual(['b']);
  expect(performance.now() - begun).toBeLessThan(4000);
  expect(await namesOf([authority('slow', 30), authority('b', 1)], 2)).toEqual(['slow', 'b']);
  expect(await namesOf([authority('a', 100, true), authority('b', 120)], 1)).toEqual(['b']);
});

test('too few is an error that says of each why', async () => {
  const down = [authority('a', 1, true), authority('b', 1), authority('c', 5, true)];
  await expect(namesOf(down, 2)).rejects.toMatchObject({
    code: 'TOO_FEW_TIME_STAMPS',
    message: expect.stringMatching(/^1 of 2 .*a is down; c is down/),
  });
  await expect(namesOf([], 1)).rejects.toMatchObject({ code: 'TOO_FEW_TIME_STAMPS' });
  await expect(namesOf([authority('a', 1)], 2)).rejects.toMatchObject({ code: 'TOO_FEW_TIME_STAMPS' });
});
