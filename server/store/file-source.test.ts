import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openFileSource } from './file-source.ts';

/** Just large enough to be hashed in threads. */
const SIZE = 2 ** 26;
const content = randomBytes(SIZE);
let dir = '';
let path = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'file-source-'));
  path = join(dir, 'large');
  await writeFile(path, content);
});
afterAll(() => rm(dir, { recursive: true }));

const expected = (offset: number, length: number) => {
  const range = content.subarray(offset, offset + length);
  return { sha256: new Uint8Array(createHash('sha256').update(range).digest()), crc32: crc32(range) };
};

test('ranges of a large file are hashed in threads, several at a time', async () => {
  const source = await openFileSource(path);
  const ranges: [number, number][] = [
    [0, SIZE],
    [1, 5_000_001],
    [SIZE - 3, 3],
    [7, 0],
    [2 ** 20, 2 ** 20],
    [12_345, 20_000_000],
  ];
  const digests = await Promise.all(ranges.map(([offset, length]) => source.digest?.(offset, length)));
  expect(digests).toEqual(ranges.map(([offset, length]) => expected(offset, length)));
  await expect(source.digest?.(1, SIZE)).rejects.toThrow(RangeError);
  await source.close();
});

test('one of a few megabytes is too, now that the threads run', async () => {
  const middle = join(dir, 'middle');
  await writeFile(middle, content.subarray(0, 2 ** 21));
  const source = await openFileSource(middle);
  expect(await source.digest?.(5, 2 ** 20)).toEqual(expected(5, 2 ** 20));
  await source.close();
});

test('files that are closed leave the digests of others alone', async () => {
  const [staying, ...going] = await Promise.all(Array.from({ length: 4 }, () => openFileSource(path)));
  const broken = Promise.allSettled(going.map((source) => source.digest?.(0, SIZE)));
  const whole = staying?.digest?.(1, SIZE - 1);
  await Promise.all(going.map((source) => source.close()));
  for (const { status } of await broken) expect(status).toBe('rejected');
  expect(await whole).toEqual(expected(1, SIZE - 1));
  await staying?.close();
});

test('a small file is not', async () => {
  const small = join(dir, 'small');
  await writeFile(small, content.subarray(0, 1000));
  const source = await openFileSource(small);
  expect(source.digest).toBeUndefined();
  await source.close();
});

test('closing breaks off what is under way', async () => {
  const source = await openFileSource(path);
  const begun = [0, 1, 2].map((offset) => source.digest?.(offset, SIZE - 2));
  const outcomes = Promise.allSettled(begun);
  await source.close();
  for (const { status } of await outcomes) expect(status).toBe('rejected');
  await expect(source.digest?.(0, 10)).rejects.toMatchObject({ code: 'READ_FAILED' });
});

test('a file that shrinks meanwhile is a failing read', async () => {
  const shrinking = join(dir, 'shrinking');
  await writeFile(shrinking, content);
  const source = await openFileSource(shrinking);
  await truncate(shrinking, 1000);
  await expect(source.digest?.(0, SIZE)).rejects.toMatchObject({ code: 'READ_FAILED', entry: shrinking });
  await source.close();
});
