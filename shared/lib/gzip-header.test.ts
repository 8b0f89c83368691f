import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { parseGzipHeader } from './gzip-header.ts';

const fixed = (flags: number) => [0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 255];
const parse = (...bytes: number[]) => parseGzipHeader(new Uint8Array(bytes));

describe('gzip headers', () => {
  test('one of another writer', () => {
    expect(parseGzipHeader(gzipSync('x'))).toEqual({ length: 10, extra: new Uint8Array() });
  });

  test('every optional part is passed over; names are Latin-1 and need not be UTF-8', () => {
    const header = [...fixed(2 | 4 | 8 | 16), 2, 0, 7, 9, 0xe9, 0xff, 0, 0xdf, 0, 1, 2];
    expect(parse(...header, 3, 0)).toEqual({ length: header.length, extra: new Uint8Array([7, 9]) });
  });

  test.each([
    ['empty', []],
    ['another magic number', [0x1f, 0x8c]],
    ['another method', [0x1f, 0x8b, 9, 0, 0, 0, 0, 0, 0, 0]],
    ['a reserved flag', fixed(0x20)],
    ['cut off in its fixed part', fixed(0).slice(0, 9)],
    ['cut off in the extra field', [...fixed(4), 3, 0, 1, 2]],
    ['a name without an end', [...fixed(8), 0x61]],
    ['a comment without an end', [...fixed(8 | 16), 0, 0x61]],
    ['cut off in its checksum', [...fixed(2), 1]],
  ])('refused: %s', (_, bytes) => {
    expect(() => parse(...bytes)).toThrow(RangeError);
  });
});
