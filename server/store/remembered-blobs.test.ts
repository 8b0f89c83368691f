import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toUtf8 } from '#shared/lib/utf8';
import { readBlob } from './blobs.ts';
import { folderBlobs } from './folder-blobs.ts';
import { BlobMemory, rememberedBlobs } from './remembered-blobs.ts';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'remembered-'));
});
afterAll(() => rm(root, { recursive: true }));

test('everything is on disk, and stores over one memory know what each other did', async () => {
  const memory = new BlobMemory();
  const quick = rememberedBlobs(folderBlobs(root, { sync: false }), memory);
  const durable = rememberedBlobs(folderBlobs(root), memory);
  expect(await quick.list('')).toEqual([]);
  await quick.put('members/a', toUtf8('a'));
  await durable.put('kept', toUtf8('k'));
  expect(await readFile(join(root, 'members', 'a'), 'utf8')).toBe('a');
  expect(await durable.list('members')).toEqual(['members/a']);
  expect(await quick.has('kept')).toBe(true);
  expect(await quick.has('members')).toBe(false);
  expect(Buffer.from(await readBlob(quick, 'kept')).toString()).toBe('k');
  await durable.delete('members');
  expect(await quick.has('members/a')).toBe(false);
  await expect(readBlob(quick, 'members/a')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('what a process before this one wrote is found, small or large', async () => {
  const large = new Uint8Array(3 * 2 ** 20).fill(7);
  const before = folderBlobs(root, { sync: false });
  await before.put('old/small', toUtf8('s'));
  await before.put('old/large', large);
  const memory = new BlobMemory();
  const blobs = rememberedBlobs(before, memory);
  expect(await blobs.list('old')).toEqual(['old/large', 'old/small']);
  for (const name of ['old/small', 'old/small'])
    expect(Buffer.from(await readBlob(blobs, name)).toString()).toBe('s');
  const source = await blobs.open('old/large');
  expect(await source.read(large.length - 2, 2)).toEqual(Uint8Array.of(7, 7));
  await source.close();
  expect([...memory.bytes.keys()]).toEqual(['old/small']);
});

test('what could not be written is not remembered', async () => {
  const memory = new BlobMemory();
  const blobs = rememberedBlobs(folderBlobs(root), memory);
  await blobs.put('file', toUtf8('f'));
  await expect(blobs.put('file/below', toUtf8('b'))).rejects.toMatchObject({ code: 'WRITE_FAILED' });
  expect(await blobs.has('file/below')).toBe(false);
  expect(memory.bytes.has('file/below')).toBe(false);
});
