import { deflateSync, inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { testPng } from '../../test/fixtures/test-png.ts';
import { pngThumbnail } from './png-thumbnail.ts';

interface Form {
  width: number;
  height: number;
  colourType: number;
  filter: number;
  /** Filtered samples of one pixel, the same everywhere. */
  pixel: number[];
  interlace?: number;
}

/** A PNG whose scanlines carry the given filter byte. */
function png({ width, height, colourType, filter, pixel, interlace = 0 }: Form): Uint8Array {
  const header = Buffer.alloc(25);
  header.writeUInt32BE(13, 0);
  header.write('IHDR', 4, 'latin1');
  header.writeUInt32BE(width, 8);
  header.writeUInt32BE(height, 12);
  header.set([8, colourType, 0, 0, interlace], 16);
  const line = [filter, ...Array.from({ length: width }, () => pixel).flat()];
  const data = deflateSync(Buffer.from(Array.from({ length: height }, () => line).flat()));
  const chunk = Buffer.alloc(8);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write('IDAT', 4, 'latin1');
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, header, chunk, data, Buffer.alloc(4)]);
}

/** Scanlines of a thumbnail; its only IDAT chunk begins at byte 33. */
function pixels(bytes: Uint8Array): number[] {
  const view = Buffer.from(bytes);
  return [...inflateSync(view.subarray(41, 41 + view.readUInt32BE(33)))];
}

test('averages blocks, crops to the upper part and keeps small pictures', () => {
  const { width, height } = pngThumbnail(testPng(64), 32, 0.75);
  expect([width, height]).toEqual([32, 24]);
  expect(pngThumbnail(testPng(16), 32, 2)).toMatchObject({ width: 16, height: 16 });
});

test.each([
  ['RGB, unfiltered', 2, 0, [10, 20, 30], [0, 10, 20, 30, 10, 20, 30, 0, 10, 20, 30, 10, 20, 30]],
  ['RGB, sub', 2, 1, [10, 20, 30], [0, 10, 20, 30, 20, 40, 60, 0, 10, 20, 30, 20, 40, 60]],
  ['RGB, up', 2, 2, [10, 20, 30], [0, 10, 20, 30, 10, 20, 30, 0, 20, 40, 60, 20, 40, 60]],
  ['RGB, average', 2, 3, [10, 20, 30], [0, 10, 20, 30, 15, 30, 45, 0, 15, 30, 45, 25, 50, 75]],
  ['RGB, Paeth', 2, 4, [10, 20, 30], [0, 10, 20, 30, 20, 40, 60, 0, 20, 40, 60, 30, 60, 90]],
  ['grey', 0, 0, [7], [0, 7, 7, 7, 7, 7, 7, 0, 7, 7, 7, 7, 7, 7]],
  ['transparent', 6, 0, [1, 2, 3, 0], [0, 255, 255, 255, 255, 255, 255, 0, 255, 255, 255, 255, 255, 255]],
])('reads %s', (_, colourType, filter, pixel, expected) => {
  const thumbnail = pngThumbnail(png({ width: 2, height: 2, colourType, filter, pixel }), 10, 1);
  expect(pixels(thumbnail.png)).toEqual(expected);
});

const good: Form = { width: 2, height: 2, colourType: 2, filter: 0, pixel: [1, 2, 3] };
test.each([
  ['empty', new Uint8Array()],
  ['not a PNG', Buffer.alloc(100)],
  ['interlaced', png({ ...good, interlace: 1 })],
  ['a palette', png({ ...good, colourType: 3 })],
  ['an unknown filter', png({ ...good, filter: 5 })],
  ['short data', png({ ...good, pixel: [1, 2] })],
  ['too much data', png({ ...good, pixel: [1, 2, 3, 4] })],
  ['cut off', png(good).subarray(0, -10)],
  ['a size no screenshot has', Buffer.from(png(good)).fill(0x7f, 16, 24)],
])('refuses %s', (_, bytes) => {
  expect(() => pngThumbnail(bytes, 10, 1)).toThrow(expect.objectContaining({ code: 'PICTURE_UNREADABLE' }));
});
