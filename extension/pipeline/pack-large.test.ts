import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { bytesSource } from '#shared/lib/bytes-source';
import { openCanonicalZip } from '#shared/lib/zip/open-canonical-zip';
import { readEntry } from '#shared/lib/zip/read-entry';
import { type PackedFile, packLarge } from './pack-large.ts';

test('what is laid out is a canonical archive of exactly these files', async () => {
  const contents = new Map(
    Array.from({ length: 1500 }, (_, n) => [`evidence/file-${n}.bin`, randomBytes(n % 50)]),
  );
  const files = [...contents].map(([path, bytes], n): PackedFile => {
    const about = { path, size: bytes.length, crc32: crc32(bytes) };
    return n % 3 === 0 ? { ...about, bytes } : { ...about, stored: path };
  });
  const { frame, parts, size } = packLarge(files);
  const pieces = parts.map((part) =>
    'path' in part ? (contents.get(part.path) ?? Buffer.alloc(0)) : frame.subarray(part.from, part.to),
  );
  const archive = Buffer.concat(pieces);
  expect(archive.length).toBe(size);
  const source = bytesSource(archive);
  const { entries } = await openCanonicalZip(source);
  expect(entries.map(({ name }) => name)).toEqual([...contents.keys()]);
  for (const entry of entries)
    expect(Buffer.compare(await readEntry(source, entry), contents.get(entry.name)!)).toBe(0);
  // The stored files are in no piece of the frame.
  const stored = files.reduce((sum, file) => sum + ('stored' in file ? file.size : 0), 0);
  expect(frame.length).toBe(size - stored);
});

test('beyond 4 GiB the directory is zip64', () => {
  const { frame, size } = packLarge([
    { path: 'datapackage.json', bytes: Uint8Array.of(123), size: 1, crc32: 0x15d54739 },
    { path: 'evidence/recording.webm', stored: 'evidence/recording.webm', size: 5 * 2 ** 30, crc32: 1 },
  ]);
  expect(size - 5 * 2 ** 30).toBe(frame.length);
  expect(Buffer.from(frame).includes(Buffer.from('PK\x06\x06', 'latin1'))).toBe(true);
});
