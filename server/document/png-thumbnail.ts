import { crc32, deflateSync, inflateSync } from 'node:zlib';
import { concatBytes } from '#shared/lib/concat-bytes';
import { DocumentError } from './document-error.ts';

/** A picture small enough to print: PNG, 8 bit RGB. */
export interface Thumbnail {
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
}

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** Samples per pixel of the colour types screenshots have (PNG, ISO/IEC 15948 §11.2.2). */
const channelsOf: Readonly<Record<number, number>> = { 0: 1, 2: 3, 4: 2, 6: 4 };
const MAX_PIXELS = 100_000_000;

interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** Filtered scanlines, each one byte longer than its samples. */
  readonly lines: Uint8Array;
}

/**
 * Reduces the upper part of a PNG screenshot to at most `maxWidth` pixels by averaging; the part shown is as high as
 * `aspect` × its width. Transparent pixels stand on white. Deterministic for one version of zlib.
 * @throws DocumentError `PICTURE_UNREADABLE` when it is not an 8 bit, non-interlaced PNG of at most 100 megapixels.
 */
export function pngThumbnail(png: Uint8Array, maxWidth: number, aspect: number): Thumbnail {
  const picture = readPng(png);
  const shown = Math.min(picture.height, Math.max(1, Math.round(picture.width * aspect)));
  const factor = Math.max(1, Math.ceil(picture.width / maxWidth));
  const width = Math.max(1, Math.floor(picture.width / factor));
  const height = Math.max(1, Math.floor(shown / factor));
  return { png: writePng(average(picture, factor, width, height), width, height), width, height };
}

function readPng(png: Uint8Array): Picture {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  if (png.length < 33 || SIGNATURE.some((byte, index) => png[index] !== byte)) throw unreadable('not a PNG');
  const width = view.getUint32(16);
  const height = view.getUint32(20);
  const channels = channelsOf[png[25] ?? 255];
  if (png[24] !== 8 || channels === undefined || png[28] !== 0) throw unreadable('not 8 bit or interlaced');
  if (width === 0 || height === 0 || width * height > MAX_PIXELS) throw unreadable('size out of range');
  const lineBytes = 1 + width * channels;
  try {
    const lines = inflateSync(imageData(png, view), { maxOutputLength: lineBytes * height });
    if (lines.length === lineBytes * height) return { width, height, channels, lines };
  } catch (cause) {
    throw unreadable('image data does not inflate', cause);
  }
  throw unreadable('image data is short');
}

function imageData(png: Uint8Array, view: DataView): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let at = 8; at + 12 <= png.length; ) {
    const length = view.getUint32(at);
    const isData = view.getUint32(at + 4) === 0x49444154;
    if (at + 12 + length > png.length) throw unreadable('chunk is cut off');
    if (isData) parts.push(png.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  return concatBytes(...parts);
}

/** Undoes the scanline filters (§9.2) row by row, as far down as needed, and averages `factor`² blocks. */
function average(picture: Picture, factor: number, width: number, height: number): Uint8Array {
  const { channels, lines } = picture;
  const stride = picture.width * channels;
  const rgb = new Uint8Array(width * height * 3);
  const sums = new Float64Array(width * 3);
  let above: Uint8Array = new Uint8Array(stride);
  for (let y = 0; y < height * factor; y++) {
    const start = y * (stride + 1);
    const line = lines.subarray(start + 1, start + 1 + stride);
    unfilter(lines[start] ?? 0, line, above, channels);
    above = line;
    for (let x = 0; x < width * factor; x++) {
      addPixel(sums, 3 * Math.floor(x / factor), line, x * channels, channels);
    }
    if ((y + 1) % factor === 0) {
      const row = ((y + 1) / factor - 1) * width * 3;
      for (const [index, sum] of sums.entries()) rgb[row + index] = Math.round(sum / factor ** 2);
      sums.fill(0);
    }
  }
  return rgb;
}

function addPixel(sums: Float64Array, to: number, line: Uint8Array, at: number, channels: number): void {
  const alpha = channels % 2 === 0 ? (line[at + channels - 1] ?? 255) / 255 : 1;
  for (let colour = 0; colour < 3; colour++) {
    const sample = line[at + (channels < 3 ? 0 : colour)] ?? 0;
    sums[to + colour] = (sums[to + colour] ?? 0) + sample * alpha + 255 * (1 - alpha);
  }
}

function unfilter(filter: number, line: Uint8Array, above: Uint8Array, step: number): void {
  if (filter > 4) throw unreadable('unknown scanline filter');
  if (filter === 0) return;
  for (let i = 0; i < line.length; i++) {
    const left = i < step ? 0 : (line[i - step] ?? 0);
    const up = above[i] ?? 0;
    const corner = i < step ? 0 : (above[i - step] ?? 0);
    line[i] = (line[i] ?? 0) + predictor(filter, left, up, corner);
  }
}

function predictor(filter: number, left: number, up: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  const estimate = left + up - corner;
  const toLeft = Math.abs(estimate - left);
  const toUp = Math.abs(estimate - up);
  const toCorner = Math.abs(estimate - corner);
  return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
}

function writePng(rgb: Uint8Array, width: number, height: number): Uint8Array {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, 2, 0, 0, 0], 8);
  const lines = new Uint8Array(height * (1 + width * 3));
  for (let y = 0; y < height; y++)
    lines.set(rgb.subarray(y * width * 3, (y + 1) * width * 3), y * (1 + width * 3) + 1);
  return concatBytes(
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(lines, { level: 9 })),
    chunk('IEND', new Uint8Array()),
  );
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

function unreadable(why: string, cause?: unknown): DocumentError {
  return new DocumentError('PICTURE_UNREADABLE', `screenshot: ${why}`, { cause });
}
