import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import JSZip from 'jszip';
import { describe, expect, test } from 'vitest';
import { bytesSource } from '#shared/lib/bytes-source';
import { concatBytes } from '../concat-bytes.ts';
import { crc32 } from '../crc32.ts';
import type { ByteSource } from '../port.ts';
import { toUtf8 } from '../utf8.ts';
import { type CanonicalEntry, canonicalZip } from './canonical-zip.ts';
import { openCanonicalZip } from './open-canonical-zip.ts';
import { openZip } from './open-zip.ts';
import { readEntry } from './read-entry.ts';
import { ZipError } from './zip-error.ts';

interface File {
  readonly name: string;
  readonly bytes: Uint8Array;
}

function pack(files: readonly File[]): Uint8Array {
  const entries = files.map(({ name, bytes }) => ({ name, size: bytes.length, crc32: crc32(bytes) }));
  const { localHeaders, trailer } = canonicalZip(entries);
  return concatBytes(...files.flatMap(({ bytes }, index) => [localHeaders[index]!, bytes]), trailer);
}

async function codeOf(bytes: Uint8Array): Promise<string> {
  try {
    await openCanonicalZip(bytesSource(bytes));
    return 'accepted';
  } catch (error) {
    if (error instanceof ZipError) return error.code;
    throw error;
  }
}

/** Zero bytes as data, headers as given: an archive of any size without any memory. */
function sparseSource(entries: readonly CanonicalEntry[]): ByteSource {
  const { localHeaders, trailer, size } = canonicalZip(entries);
  const parts: { at: number; bytes: Uint8Array }[] = [];
  let at = 0;
  for (const [index, header] of localHeaders.entries()) {
    parts.push({ at, bytes: header });
    at += header.length + entries[index]!.size;
  }
  parts.push({ at, bytes: trailer });
  return {
    size,
    async read(offset, length) {
      const out = new Uint8Array(length);
      for (const part of parts) {
        const from = Math.max(offset, part.at);
        const to = Math.min(offset + length, part.at + part.bytes.length);
        if (from < to) out.set(part.bytes.subarray(from - part.at, to - part.at), from - offset);
      }
      return out;
    },
  };
}

const name = fc.stringMatching(/^[a-z0-9\u4e00-\u4e20]{1,8}(\/[a-z0-9\u4e00-\u4e20]{1,8}){0,2}$/);
const files = fc.uniqueArray(fc.record({ name, bytes: fc.uint8Array({ maxLength: 50 }) }), {
  selector: (file) => file.name.split('/')[0],
  minLength: 1,
  maxLength: 8,
});

test('opening gives back what was packed', async () => {
  await fc.assert(
    fc.asyncProperty(files, async (list) => {
      const source = bytesSource(pack(list));
      const { entries } = await openCanonicalZip(source);
      expect(entries.map((entry) => entry.name)).toEqual(list.map((file) => file.name));
      for (const [index, entry] of entries.entries())
        expect(await readEntry(source, entry)).toEqual(list[index]!.bytes);
    }),
  );
});

test('any truncation is refused', async () => {
  await fc.assert(
    fc.asyncProperty(files, fc.nat(), async (list, cut) => {
      const bytes = pack(list);
      expect(await codeOf(bytes.subarray(0, cut % bytes.length))).not.toBe('accepted');
    }),
    { numRuns: 300 },
  );
});

test('every flipped bit of every header is refused', async () => {
  const list = ['mimetype', 'data/一.wacz', 'META-INF/x'].map((each) => ({
    name: each,
    bytes: toUtf8(each),
  }));
  const bytes = pack(list);
  const { entries } = await openCanonicalZip(bytesSource(bytes));
  const inData = (at: number) => entries.some(({ offset, size }) => at >= offset && at < offset + size);
  let flipped = 0;
  for (let at = 0; at < bytes.length; at++) {
    if (inData(at)) continue;
    for (let bit = 0; bit < 8; bit++, flipped++) {
      const changed = Uint8Array.from(bytes);
      changed[at]! ^= 1 << bit;
      if ((await codeOf(changed)) === 'accepted') expect.fail(`bit ${bit} of byte ${at}`);
    }
  }
  expect(flipped).toBeGreaterThan(2000);
});

test('headers that are valid but not canonical are refused', async () => {
  const zip = new JSZip();
  zip.file('a.txt', 'a', { date: new Date('2026-01-01') });
  const bytes = await zip.generateAsync({ type: 'uint8array', compression: 'STORE' });
  expect((await openZip(bytesSource(bytes))).entries).toHaveLength(1);
  expect(await codeOf(bytes)).toBe('NOT_CANONICAL');
});

describe('Zip64', () => {
  const big = { name: 'big', size: 5 * 2 ** 32, crc32: 1 };
  const small = { name: 'small', size: 7, crc32: 2 };

  test('appears for sizes and offsets that need it, and reads back', async () => {
    const list = [small, big, { ...small, name: 'after' }, { ...big, name: 'again' }];
    const { entries } = await openCanonicalZip(sparseSource(list));
    expect(entries.map(({ offset: _, ...entry }) => entry)).toEqual(list);
    expect(entries[3]!.offset).toBeGreaterThan(5 * 2 ** 32);
  });

  test('appears from 65,535 entries on, and never before', async () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ name: `f${index}`, size: 0, crc32: 0 }));
    const { trailer } = canonicalZip(many(65_534));
    expect(new DataView(trailer.buffer).getUint16(trailer.length - 12, true)).toBe(65_534);
    const list = many(65_535);
    const { localHeaders, trailer: wide } = canonicalZip(list);
    expect(new DataView(wide.buffer).getUint32(wide.length - 42, true)).toBe(0x07064b50);
    const { entries } = await openCanonicalZip(bytesSource(concatBytes(...localHeaders, wide)));
    expect(entries).toHaveLength(65_535);
  });
});

test('other tools read the archive', () => {
  const folder = mkdtempSync(join(tmpdir(), 'canonical-zip-'));
  const path = join(folder, 'x.zip');
  writeFileSync(
    path,
    pack([
      { name: 'mimetype', bytes: toUtf8('a') },
      { name: 'data/证据.txt', bytes: toUtf8('b') },
    ]),
  );
  try {
    const listed = execFileSync('python3', [
      '-c',
      'import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print(ascii(z.namelist()))',
      path,
    ]).toString();
    expect(listed.trim()).toBe(String.raw`['mimetype', 'data/\u8bc1\u636e.txt']`);
  } catch (error) {
    if ((error as { code?: string }).code !== 'ENOENT') throw error;
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('names that unpack badly are refused when writing too', () => {
  const code = (...names: string[]) => {
    try {
      canonicalZip(names.map((each) => ({ name: each, size: 0, crc32: 0 })));
      return 'accepted';
    } catch (error) {
      return (error as ZipError).code;
    }
  };
  expect(code('a', 'a')).toBe('NAME_DUPLICATE');
  expect(code('a', 'A')).toBe('NAME_DUPLICATE');
  expect(code('\u00e9', 'e\u0301')).toBe('NAME_DUPLICATE');
  expect(code('a/b', 'a')).toBe('NAME_CONFLICT');
  expect(code('../a')).toBe('NAME_TRAVERSAL');
});
