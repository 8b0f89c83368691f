import {
  chmod,
  cp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseCheckpoint } from '#shared/log/checkpoint';
import { parseSignedNote } from '#shared/log/signed-note';
import { verifyTlogProof } from '#shared/log/verify-tlog-proof';
import { nodePorts } from '../store/node-ports.ts';
import { encodeStagedBatch } from './staged-batch.ts';
import { checkTestLog, openTestLog, temporaryFolder, testLeaf, testOrigin } from './testing/test-log.ts';

let dir: string;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ dir, remove } = await temporaryFolder());
});
afterEach(() => remove());

/** A closed log of `count` leaves in `dir`. */
async function written(count: number, options = {}): Promise<string> {
  const log = await openTestLog(dir, options);
  await Promise.all(Array.from({ length: count }, (_, n) => log.append(testLeaf(n))));
  await log.close();
  return log.vkey;
}

test('the first start makes key and empty checkpoint; appends come with proofs that verify', async () => {
  const log = await openTestLog(dir);
  expect((await stat(join(dir, 'log.key'))).mode & 0o777).toBe(0o600);
  expect(await readFile(join(dir, 'log.key'), 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
  expect(parseCheckpoint(parseSignedNote(log.checkpoint()).text)).toMatchObject({
    origin: testOrigin,
    size: 0n,
  });

  const appended = await Promise.all(Array.from({ length: 700 }, (_, n) => log.append(testLeaf(n))));
  const trust = { logKeys: [log.vkey] };
  for (const n of [0, 1, 254, 255, 256, 511, 699]) {
    const { index, proof } = appended[n]!;
    expect(index).toBe(BigInt(n));
    expect(await verifyTlogProof(nodePorts, proof, testLeaf(n), trust)).toMatchObject({
      index,
      origin: testOrigin,
    });
    const later = await log.prove(index);
    expect(await verifyTlogProof(nodePorts, later, testLeaf(n), trust)).toMatchObject({ index, size: 700n });
  }
  await expect(log.prove(700n)).rejects.toMatchObject({ code: 'INDEX_OUT_OF_RANGE' });
  expect(await log.readTile('tile/0/001')).toHaveLength(8192);
  await expect(log.readTile('tile/0/999')).rejects.toMatchObject({ code: 'TILE_MISSING' });
  await expect(log.readTile('../log.key')).rejects.toMatchObject({ code: 'TILE_PATH_MALFORMED' });
  await log.close();
  expect(await checkTestLog(dir, log.vkey)).toMatchObject({ size: 700n, unknown: [] });
  expect(await readdir(join(dir, 'public', 'tile', '0'))).toEqual(['000', '001', '002.p']);
});

test('a log goes on after a restart; partial tiles vanish when the full one is there', async () => {
  const vkey = await written(200);
  const before = await readFile(join(dir, 'public', 'checkpoint'), 'utf8');
  const log = await openTestLog(dir);
  expect(log.vkey).toBe(vkey);
  expect(log.checkpoint()).toBe(before);
  for (let n = 200; n < 260; n++) expect((await log.append(testLeaf(n))).index).toBe(BigInt(n));
  await log.close();
  await checkTestLog(dir, vkey, { earlier: [parseCheckpoint(parseSignedNote(before).text)] });
  expect(await readdir(join(dir, 'public', 'tile', 'entries'))).toEqual(['000', '001.p']);
});

test('one writer at a time, also within a process', async () => {
  const log = await openTestLog(dir);
  await expect(openTestLog(dir)).rejects.toMatchObject({ code: 'LOG_LOCKED' });
  await log.close();
  await (await openTestLog(dir)).close();
});

test('leaves that cannot be logged, and a closed log', async () => {
  const log = await openTestLog(dir);
  await expect(log.append(new Uint8Array(65_536))).rejects.toMatchObject({ code: 'ENTRY_TOO_LARGE' });
  const largest = new Uint8Array(65_535).fill(7);
  const pending = [log.append(largest), log.append(new Uint8Array())];
  largest.fill(0);
  await Promise.all(pending);
  await log.close();
  await expect(log.append(testLeaf(0))).rejects.toMatchObject({ code: 'LOG_CLOSED' });
  const entries: Uint8Array[] = [];
  await checkTestLog(dir, log.vkey, { onEntry: (_, entry) => entries.push(entry) });
  expect(entries.map((entry) => entry.length)).toEqual([65_535, 0]);
  expect(entries[0]?.[9]).toBe(7);
});

test('close finishes what was appended before', async () => {
  const log = await openTestLog(dir);
  const pending = Promise.all(Array.from({ length: 50 }, (_, n) => log.append(testLeaf(n))));
  await log.close();
  expect((await pending).map(({ index }) => Number(index))).toEqual([...Array(50).keys()]);
});

test('another origin, another key, no key', async () => {
  await written(3);
  await expect(openTestLog(dir, { origin: 'other.example' })).rejects.toMatchObject({
    code: 'ORIGIN_MISMATCH',
  });
  await expect(openTestLog(dir, { origin: 'no spaces' })).rejects.toMatchObject({ code: 'KEY_MALFORMED' });
  await rename(join(dir, 'log.key'), join(dir, 'old.key'));
  await expect(openTestLog(dir)).rejects.toMatchObject({ code: 'KEY_MISSING' });
  await writeFile(join(dir, 'log.key'), 'no key');
  await expect(openTestLog(dir)).rejects.toMatchObject({ code: 'KEY_MISMATCH' });
  const { dir: strange, remove: removeStrange } = await temporaryFolder();
  await (await openTestLog(strange)).close();
  await cp(join(strange, 'log.key'), join(dir, 'log.key'));
  await removeStrange();
  await expect(openTestLog(dir)).rejects.toMatchObject({ code: 'KEY_MISMATCH' });
  await rename(join(dir, 'old.key'), join(dir, 'log.key'));
  await (await openTestLog(dir)).close();
});

test('a lost checkpoint, lost or damaged tiles stop the log instead of forking it', async () => {
  await written(300);
  const open = () => openTestLog(dir).then((log) => log.close());
  const checkpoint = join(dir, 'public', 'checkpoint');
  const tile = join(dir, 'public', 'tile', '0', '001.p', '44');

  await rename(checkpoint, `${checkpoint}.away`);
  await expect(open()).rejects.toMatchObject({ code: 'LOG_CORRUPT', entry: 'checkpoint' });
  await rename(`${checkpoint}.away`, checkpoint);

  const bytes = await readFile(tile);
  await chmod(tile, 0o644);
  await writeFile(
    tile,
    bytes.map((byte, n) => (n === 40 ? byte ^ 1 : byte)),
  );
  await expect(open()).rejects.toMatchObject({ code: 'LOG_CORRUPT' });
  await rm(tile);
  await expect(open()).rejects.toMatchObject({ code: 'LOG_CORRUPT' });
  await writeFile(tile, bytes);

  const text = await readFile(checkpoint, 'utf8');
  await writeFile(checkpoint, text.replace('\n300\n', '\n301\n'));
  await expect(open()).rejects.toMatchObject({ code: 'LOG_CORRUPT', entry: 'checkpoint' });
  await writeFile(checkpoint, '');
  await expect(open()).rejects.toMatchObject({ code: 'LOG_CORRUPT', entry: 'checkpoint' });
  await writeFile(checkpoint, text);
  await open();
});

test('an immutable file that holds other bytes stops the log', async () => {
  const vkey = await written(255);
  const full = join(dir, 'public', 'tile', '0', '000');
  await writeFile(full, new Uint8Array(8192));
  const fatal: string[] = [];
  const log = await openTestLog(dir, { onFatal: (error) => fatal.push(error.code) });
  const last = log.checkpoint();
  await expect(log.append(testLeaf(255))).rejects.toMatchObject({
    code: 'LOG_CONFLICT',
    entry: 'tile/0/000',
  });
  await expect(log.append(testLeaf(256))).rejects.toMatchObject({ code: 'LOG_CONFLICT' });
  expect(fatal).toEqual(['LOG_CONFLICT']);
  expect(log.checkpoint()).toBe(last);
  await log.close();
  await expect(openTestLog(dir)).rejects.toMatchObject({ code: 'LOG_CONFLICT' });
  await rm(full);
  // The leaf was staged, so it is in the log, although nobody was told.
  await (await openTestLog(dir)).close();
  expect(await checkTestLog(dir, vkey)).toMatchObject({ size: 256n });
});

test('a torn tail of the staged batches is dropped, whole batches are applied', async () => {
  const vkey = await written(10);
  const whole = encodeStagedBatch({ base: 10n, entries: [testLeaf('a'), testLeaf('b')] });
  const next = encodeStagedBatch({ base: 12n, entries: [testLeaf('c')] });
  const staged = join(dir, 'staged');
  for (const cut of [0, 1, 3, 15, 16, 20, next.length - 1]) {
    const { dir: copy, remove: removeCopy } = await temporaryFolder();
    await cp(dir, copy, { recursive: true });
    await writeFile(join(copy, 'staged'), Buffer.concat([whole, next.subarray(0, cut)]));
    const log = await openTestLog(copy);
    expect((await log.append(testLeaf('d'))).index).toBe(12n);
    await log.close();
    expect(await checkTestLog(copy, vkey)).toMatchObject({ size: 13n });
    await removeCopy();
  }
  const flipped = Buffer.from(next);
  flipped[18]! ^= 1;
  await writeFile(staged, Buffer.concat([whole, flipped]));
  await (await openTestLog(dir)).close();
  expect(await checkTestLog(dir, vkey)).toMatchObject({ size: 12n });
  await writeFile(staged, encodeStagedBatch({ base: 99n, entries: [testLeaf('x')] }));
  await expect(openTestLog(dir)).rejects.toMatchObject({ code: 'LOG_CORRUPT' });
  await truncate(staged, 0);
  await (await openTestLog(dir)).close();
});

test('a clock set back stops the log, at run time and at the start', async () => {
  let time = Date.parse('2026-03-01T00:00:00Z');
  const options = { now: () => new Date(time) };
  const log = await openTestLog(dir, options);
  await log.append(testLeaf(0));
  time -= 500;
  await log.append(testLeaf(1));
  time -= 60_000;
  await expect(log.append(testLeaf(2))).rejects.toMatchObject({ code: 'CLOCK_BEHIND' });
  await log.close();
  await expect(openTestLog(dir, options)).rejects.toMatchObject({ code: 'CLOCK_BEHIND' });
  time += 61_000;
  const again = await openTestLog(dir, options);
  expect((await again.append(testLeaf(2))).index).toBe(2n);
  await again.close();
  const future = new Date(Date.now() + 3_600_000);
  await utimes(join(dir, 'public', 'checkpoint'), future, future);
  await expect(openTestLog(dir)).rejects.toMatchObject({ code: 'CLOCK_BEHIND' });
});

test('the check of the whole log notices every altered file', async () => {
  const vkey = await written(520);
  const root = join(dir, 'public');
  const names = (await readdir(root, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  expect(names.length).toBeGreaterThan(6);
  await checkTestLog(dir, vkey);
  for (const name of names) {
    const bytes = await readFile(name);
    await chmod(name, 0o644);
    for (const at of [0, 1, 3, bytes.length >> 1, bytes.length - 1]) {
      await writeFile(
        name,
        bytes.map((byte, n) => (n === at ? byte ^ 0x10 : byte)),
      );
      await expect(checkTestLog(dir, vkey), `${name} ${at}`).rejects.toHaveProperty('code');
    }
    await writeFile(name, Buffer.concat([bytes, Buffer.of(0)]));
    await expect(checkTestLog(dir, vkey), `${name} longer`).rejects.toHaveProperty('code');
    await rm(name);
    await expect(checkTestLog(dir, vkey), `${name} gone`).rejects.toHaveProperty('code');
    await writeFile(name, bytes);
  }
  await checkTestLog(dir, vkey);
  await expect(
    checkTestLog(dir, vkey, { earlier: [{ size: 9n, root: new Uint8Array(32) }] }),
  ).rejects.toMatchObject({
    code: 'TREE_MISMATCH',
  });
  await expect(
    checkTestLog(dir, vkey, { earlier: [{ size: 521n, root: new Uint8Array(32) }] }),
  ).rejects.toMatchObject({ code: 'TREE_MISMATCH' });
});
