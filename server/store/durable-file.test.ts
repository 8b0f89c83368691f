import { mkdtemp, readdir, readFile, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toUtf8 } from '#shared/lib/utf8';
import { writeDurable } from './durable-file.ts';
import { openFileSource } from './file-source.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'durable-file-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function* pieces(...texts: (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) {
    if (text instanceof Error) throw text;
    yield toUtf8(text);
  }
}

test('writes bytes and streams, makes folders, replaces content, leaves no temporary file', async () => {
  const path = join(folder, 'a', 'b', 'file.bin');
  await writeDurable(path, toUtf8('first'));
  await writeDurable(path, pieces('sec', 'ond'), 0o600);
  expect(await readFile(path, 'utf8')).toBe('second');
  if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(join(folder, 'a', 'b'))).toEqual(['file.bin']);
});

test('a failing stream leaves the former content and no temporary file', async () => {
  const path = join(folder, 'kept');
  await writeDurable(path, toUtf8('kept'));
  await expect(writeDurable(path, pieces('half', new Error('source broke')))).rejects.toThrow('source broke');
  expect(await readFile(path, 'utf8')).toBe('kept');
  expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('names the path when a folder cannot be made', async () => {
  await writeDurable(join(folder, 'plain'), toUtf8('x'));
  const path = join(folder, 'plain', 'below');
  await expect(writeDurable(path, toUtf8('y'))).rejects.toMatchObject({ code: 'WRITE_FAILED', entry: path });
});

test('a file source reads exactly the range asked for', async () => {
  const path = join(folder, 'source');
  await writeDurable(path, toUtf8('0123456789'));
  const source = await openFileSource(path);
  expect(source.size).toBe(10);
  const parts = await Promise.all([source.read(8, 2), source.read(0, 3), source.read(10, 0)]);
  expect(parts).toEqual([toUtf8('89'), toUtf8('012'), new Uint8Array()]);
  for (const [offset, length] of [
    [9, 2],
    [-1, 2],
    [0, -1],
    [Number.NaN, 1],
  ] as const)
    await expect(source.read(offset, length)).rejects.toThrow(RangeError);
  await truncate(path, 4);
  await expect(source.read(3, 3)).rejects.toMatchObject({ code: 'READ_FAILED' });
  await source.close();
});

test('a file source names what cannot be opened', async () => {
  await expect(openFileSource(join(folder, 'absent'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(openFileSource(folder)).rejects.toMatchObject({ code: 'READ_FAILED' });
});
