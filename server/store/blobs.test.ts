import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sha256Hex } from '#shared/lib/sha256';
import { fromUtf8, toUtf8 } from '#shared/lib/utf8';
import { blobKey } from './blob-key.ts';
import { type Blobs, readBlob } from './blobs.ts';
import { encryptedBlobs } from './encrypted-blobs.ts';
import { folderBlobs } from './folder-blobs.ts';

let folder = '';
const made: string[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'blobs-'));
  made.push(folder);
});
afterEach(() => chmod(folder, 0o700));
afterAll(() => Promise.all(made.map((one) => rm(one, { recursive: true, force: true }))));

async function* pieces(...texts: (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const piece of texts) {
    if (piece instanceof Error) throw piece;
    yield toUtf8(piece);
  }
}

/** Every store of blobs passes the same tests. */
function blobTests(make: () => Blobs): void {
  const textOf = async (blobs: Blobs, name: string) => fromUtf8(await readBlob(blobs, name));

  test('what is put is read again, whole and by ranges', async () => {
    const blobs = make();
    await blobs.put('a/b/one', toUtf8('first'));
    await blobs.put('a/b/one', pieces('sec', '', 'ond'));
    await blobs.put('a/empty', new Uint8Array());
    expect(await textOf(blobs, 'a/b/one')).toBe('second');
    expect(await textOf(blobs, 'a/empty')).toBe('');
    const large = new Uint8Array(randomBytes(1_500_000));
    await blobs.put('large', large);
    const source = await blobs.open('large');
    expect(source.size).toBe(large.length);
    const [from, to] = [65_530, 1_400_001];
    expect(Buffer.compare(await source.read(from, to - from), large.subarray(from, to))).toBe(0);
    await expect(source.read(large.length, 1)).rejects.toThrow(RangeError);
    await source.close();
  });

  test('a digest that differs and content that breaks off store nothing, and keep what was there', async () => {
    const blobs = make();
    await blobs.put('kept', toUtf8('kept'), sha256Hex(toUtf8('kept')));
    const other = sha256Hex(toUtf8('other'));
    for (const name of ['kept', 'new'])
      await expect(blobs.put(name, toUtf8('text'), other)).rejects.toMatchObject({
        code: 'DIGEST_DIFFERS',
        entry: name,
      });
    await expect(blobs.put('new', pieces('half', new Error('broke off')))).rejects.toThrow('broke off');
    expect(await blobs.has('new')).toBe(false);
    expect(await textOf(blobs, 'kept')).toBe('kept');
    expect(await readdir(folder)).toHaveLength(1);
  });

  test('copies have their own life', async () => {
    const blobs = make();
    await blobs.put('incoming/1', toUtf8('text'));
    await blobs.copy('incoming/1', 'refused/2');
    await blobs.copy('incoming/1', 'elsewhere/1');
    // Done already.
    await blobs.copy('incoming/1', 'refused/2');
    await blobs.delete('incoming/1');
    expect(await blobs.has('incoming/1')).toBe(false);
    expect(await textOf(blobs, 'refused/2')).toBe('text');
    expect(await textOf(blobs, 'elsewhere/1')).toBe('text');
    await expect(blobs.copy('incoming/1', 'refused/3')).rejects.toThrow();
  });

  test('a folder is published whole, once', async () => {
    const blobs = make();
    await blobs.put('work/one.asice', toUtf8('package'));
    const members = [
      { name: 'one.asice', copyOf: 'work/one.asice' },
      { name: 'other.asice', copyOf: 'work/one.asice' },
      { name: 'note', content: toUtf8('note') },
      { name: 'long', content: pieces('lo', 'ng') },
    ];
    await mkdir(join(folder, 'packages', '.one.tmp', 'left'), { recursive: true });
    const broken = { name: 'broken', content: pieces(new Error('killed')) };
    await expect(blobs.publish('packages/one', [...members.slice(0, 3), broken])).rejects.toThrow('killed');
    expect(await blobs.list('packages')).toEqual([]);
    await blobs.publish('packages/one', members);
    await blobs.publish('packages/one', [{ name: 'note', content: toUtf8('another') }]);
    const names = ['long', 'note', 'one.asice', 'other.asice'].map((name) => `packages/one/${name}`);
    expect(await blobs.list('packages')).toEqual(names);
    await blobs.delete('work/one.asice');
    expect(await Promise.all(names.map((name) => textOf(blobs, name)))).toEqual([
      'long',
      'note',
      'package',
      'package',
    ]);
  });

  test('lists what is below a folder, half-written files apart, and removes it', async () => {
    const blobs = make();
    for (const name of ['a/1', 'a/b/2', 'c/3']) await blobs.put(name, toUtf8(name));
    await writeFile(join(folder, 'a', '.1.0a1b2c.tmp'), 'half');
    expect(await blobs.list('a')).toEqual(['a/1', 'a/b/2']);
    expect(await blobs.list('none')).toEqual([]);
    await blobs.delete('a');
    await blobs.delete('a');
    await blobs.delete('none/at/all');
    expect(await blobs.list('a')).toEqual([]);
    expect(await blobs.list('c')).toEqual(['c/3']);
    await expect(blobs.open('a/1')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
}

describe('in a folder', () => {
  blobTests(() => folderBlobs(folder));
});

describe('in a folder, encrypted', () => {
  const key = blobKey(new Uint8Array(randomBytes(32)));
  const make = () => encryptedBlobs(folderBlobs(folder), key);
  blobTests(make);

  test('nothing of the text is on the disk, and published files are read-only', async () => {
    const blobs = make();
    const marker = 'a text that would be found '.repeat(10_000);
    await blobs.put('work/one.asice', toUtf8(marker));
    await blobs.put('text', pieces(marker, marker));
    await blobs.publish('packages/one', [
      { name: 'one.asice', copyOf: 'work/one.asice' },
      { name: 'copy', copyOf: 'text' },
      { name: 'note', content: toUtf8(marker) },
    ]);
    const files = await folderBlobs(folder).list('packages');
    expect(files).toEqual(['copy', 'note', 'one.asice'].map((name) => `packages/one/${name}.enc`));
    for (const name of await folderBlobs(folder).list('')) {
      expect((await readFile(join(folder, name))).includes('would be found'), name).toBe(false);
      if (name.startsWith('packages') && process.platform !== 'win32')
        expect((await stat(join(folder, name))).mode & 0o777).toBe(0o444);
    }
  });

  test('a failed opening leaves no file open', async () => {
    const blobs = make();
    await blobs.put('x', toUtf8('x'));
    await writeFile(join(folder, 'x.enc'), 'short');
    const open = async () => (await readdir('/proc/self/fd')).length;
    if (process.platform !== 'linux') return;
    const before = await open();
    for (let times = 0; times < 20; times++)
      await expect(blobs.open('x')).rejects.toMatchObject({ code: 'BLOB_DAMAGED' });
    expect(await open()).toBeLessThanOrEqual(before + 1);
  });
});
