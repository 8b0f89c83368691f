import { expect, test } from 'vitest';
import { bytesSource } from '#shared/lib/bytes-source';
import { nodePorts } from '../../../server/store/node-ports.ts';
import { hostileZips } from '../../../test/fixtures/hostile-zips.ts';
import { rawEntry, rawZip } from '../../../test/fixtures/raw-zip.ts';
import type { ByteSource } from '../port.ts';
import { toUtf8 } from '../utf8.ts';
import { openZip } from './open-zip.ts';
import { hashEntry, readEntry } from './read-entry.ts';

const hostile = hostileZips();

test('there are at least 60, all different', () => {
  expect(hostile.length).toBeGreaterThanOrEqual(60);
  expect(new Set(hostile.map(({ name }) => name)).size).toBe(hostile.length);
  expect(new Set(hostile.map(({ bytes }) => Buffer.from(bytes).toString('latin1'))).size).toBe(
    hostile.length,
  );
});

test.each(hostile)('refuses $name: $expectedCode', async ({ bytes, expectedCode }) => {
  const started = performance.now();
  let read = 0;
  const source = bytesSource(bytes);
  const counting: ByteSource = {
    size: source.size,
    read(offset, length) {
      read += length;
      return source.read(offset, length);
    },
  };
  await expect(openZip(counting)).rejects.toMatchObject({ name: 'ZipError', code: expectedCode });
  expect(performance.now() - started).toBeLessThan(2000);
  expect(read).toBeLessThan(400_000);
});

test('the raw writer is sound where nothing is asked for', async () => {
  const bytes = rawZip({ entries: [rawEntry('a', 'x'), rawEntry('b/证', 'y', { flags: 0x0800 })] });
  const { entries } = await openZip(bytesSource(bytes));
  expect(entries.map(({ name, size }) => [name, size])).toEqual([
    ['a', 1],
    ['b/证', 1],
  ]);
});

test('data that does not fit its CRC is refused when read', async () => {
  const bytes = rawZip({ entries: [rawEntry('a', 'x', { crc: 7 })] });
  const { entries } = await openZip(bytesSource(bytes));
  const refused = { code: 'CRC_MISMATCH', entry: 'a' };
  await expect(readEntry(bytesSource(bytes), entries[0]!)).rejects.toMatchObject(refused);
  await expect(hashEntry(bytesSource(bytes), entries[0]!, nodePorts)).rejects.toMatchObject(refused);
  const sound = rawZip({ entries: [rawEntry('a', 'x')] });
  expect(await readEntry(bytesSource(sound), (await openZip(bytesSource(sound))).entries[0]!)).toEqual(
    toUtf8('x'),
  );
});
