import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { receiveBody } from './receive-body.ts';

const folder = await mkdtemp(join(tmpdir(), 'receive-body-'));
const path = join(folder, 'upload');
const never = new AbortController().signal;
const content = Buffer.from(Array.from({ length: 700_000 }, (_, n) => n % 251));

beforeEach(() => writeFile(path, 'begun'));
afterAll(() => rm(folder, { recursive: true }));

/** A body that comes in pieces as a socket gives them. */
function sent(bytes: Uint8Array): PassThrough {
  const body = new PassThrough();
  void (async () => {
    for (let at = 0; at < bytes.length; at += 65_536)
      if (!body.write(bytes.subarray(at, at + 65_536)))
        await new Promise((resolve) => body.once('drain', resolve));
    body.end();
  })();
  return body;
}

test('a body is written behind what is there, whatever its pieces', async () => {
  const place = { offset: 5, limit: content.length, signal: never };
  expect(await receiveBody(sent(content), path, place)).toBe(content.length);
  expect((await readFile(path)).equals(Buffer.concat([Buffer.from('begun'), content]))).toBe(true);
});

test('an empty body writes nothing', async () => {
  expect(await receiveBody(sent(Buffer.alloc(0)), path, { offset: 5, limit: 0, signal: never })).toBe(0);
  expect(await readFile(path, 'utf8')).toBe('begun');
});

test.each(['the sender goes away', 'another request waits for the file', 'it had gone before'])(
  'what has arrived is in the file when %s',
  async (how) => {
    const body = new PassThrough();
    const stop = new AbortController();
    body.on('error', () => undefined);
    body.write(content.subarray(0, 1000));
    const end = () => (how === 'the sender goes away' ? body.destroy(new Error('reset')) : stop.abort());
    if (how === 'it had gone before') end();
    const received = receiveBody(body, path, { offset: 5, limit: 1_000_000, signal: stop.signal });
    setTimeout(end, 50);
    const expected = how === 'it had gone before' ? 0 : 1000;
    expect(await received).toBe(expected);
    expect((await readFile(path)).subarray(5)).toEqual(content.subarray(0, expected));
    // So that the request can still be answered.
    expect(body.destroyed).toBe(how === 'the sender goes away');
  },
);

test('no byte is taken beyond the limit', async () => {
  const place = { offset: 5, limit: 100_000, signal: never };
  await expect(receiveBody(sent(content), path, place)).rejects.toMatchObject({ status_code: 413 });
  expect((await readFile(path)).length).toBeLessThanOrEqual(100_005);
});

test.skipIf(process.platform !== 'linux')('a disk without room ends it with its reason', async () => {
  const place = { offset: 0, limit: content.length, signal: never };
  await expect(receiveBody(sent(content), '/dev/full', place)).rejects.toMatchObject({ code: 'ENOSPC' });
});

test.skipIf(process.platform !== 'linux')('what the disk did not keep is no success', async () => {
  const many = Buffer.alloc(2 ** 24 + 100_000);
  const place = { offset: 0, limit: many.length, signal: never };
  // Takes every byte and cannot be synced.
  await expect(receiveBody(sent(many), '/dev/null', place)).rejects.toMatchObject({ code: 'EINVAL' });
  expect(await receiveBody(sent(content), path, { ...place, offset: 5 })).toBe(content.length);
});
