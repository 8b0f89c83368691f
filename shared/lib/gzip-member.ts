import { concatBytes } from './concat-bytes.ts';
import { crc32 } from './crc32.ts';

/** Raw deflate (RFC 1951): node:zlib, or CompressionStream('deflate-raw') in browsers. */
export interface Deflater {
  deflateRaw(bytes: Uint8Array): Promise<Uint8Array>;
}

/** A stored deflate block holds at most this many bytes (RFC 1951 §3.2.4). */
const STORED_BLOCK_LIMIT = 65_535;
/** Magic, method deflate, flag FEXTRA, no time, no level, unknown system; then the extra field's length. */
const HEADER = [0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 255, 12, 0];
const HEADER_LENGTH = HEADER.length + 12;
const TRAILER_LENGTH = 8;

/**
 * One gzip member (RFC 1952) whose extra field `sl` holds its own length and that of its content, both u32
 * little-endian (skip lengths, as the WARC 0.9 draft proposed and readers ignore): a file of such members can be
 * walked without inflating it. No name and no time, so that equal input gives equal bytes.
 * @param deflater without one the content is stored uncompressed, for media that are compressed already.
 * @throws RangeError when the member would exceed 2³² − 1 bytes.
 */
export async function gzipMember(content: Uint8Array, deflater?: Deflater): Promise<Uint8Array<ArrayBuffer>> {
  const stream = deflater === undefined ? storedStream(content) : await deflater.deflateRaw(content);
  const header = memberHeader(stream.length, content.length);
  return concatBytes(header, stream, memberTrailer(crc32(content), content.length));
}

/**
 * The same bytes as `gzipMember` without deflater, for content of a known length that comes in pieces.
 * @throws RangeError when the member would exceed 2³² − 1 bytes, or the pieces are not of that length.
 */
export async function* storedGzipMember(
  length: number,
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const blocks = Math.max(1, Math.ceil(length / STORED_BLOCK_LIMIT));
  yield memberHeader(length + 5 * blocks, length);
  let waiting = new Uint8Array();
  let crc = 0;
  let total = 0;
  for await (const piece of pieces) {
    crc = crc32(piece, crc);
    total += piece.length;
    if (total > length) throw new RangeError('more content than declared');
    const content = concatBytes(waiting, piece);
    // The last block is written when nothing more can come.
    const whole = Math.max(0, Math.ceil(content.length / STORED_BLOCK_LIMIT) - 1) * STORED_BLOCK_LIMIT;
    if (whole > 0) yield storedStream(content.subarray(0, whole), false);
    waiting = content.slice(whole);
  }
  if (total !== length) throw new RangeError('less content than declared');
  yield storedStream(waiting);
  yield memberTrailer(crc, length);
}

/** @throws RangeError when the member would exceed 2³² − 1 bytes. */
function memberHeader(streamLength: number, contentLength: number): Uint8Array<ArrayBuffer> {
  const length = HEADER_LENGTH + streamLength + TRAILER_LENGTH;
  if (length > 0xffffffff) throw new RangeError('gzip member over 4 GiB');
  const header = new Uint8Array(HEADER_LENGTH);
  header.set([...HEADER, 0x73, 0x6c, 8, 0]);
  const view = new DataView(header.buffer);
  view.setUint32(16, length, true);
  view.setUint32(20, contentLength, true);
  return header;
}

function memberTrailer(crc: number, contentLength: number): Uint8Array<ArrayBuffer> {
  const trailer = new DataView(new ArrayBuffer(TRAILER_LENGTH));
  trailer.setUint32(0, crc, true);
  trailer.setUint32(4, contentLength, true);
  return new Uint8Array(trailer.buffer);
}

function storedStream(content: Uint8Array, ends = true): Uint8Array<ArrayBuffer> {
  const blocks = Math.max(1, Math.ceil(content.length / STORED_BLOCK_LIMIT));
  const stream = new Uint8Array(content.length + 5 * blocks);
  for (let block = 0, at = 0; block < blocks; block++) {
    const start = block * STORED_BLOCK_LIMIT;
    const data = content.subarray(start, start + STORED_BLOCK_LIMIT);
    const final = ends && block === blocks - 1 ? 1 : 0;
    stream.set(
      [final, data.length & 255, data.length >> 8, ~data.length & 255, (~data.length >> 8) & 255],
      at,
    );
    stream.set(data, at + 5);
    at += 5 + data.length;
  }
  return stream;
}

/**
 * The skip lengths that `gzipMember` writes.
 * @param extra the extra field of a gzip header.
 * @returns `undefined` when it holds no `sl` subfield of 8 bytes.
 */
export function skipLengths(extra: Uint8Array): { member: number; content: number } | undefined {
  if (extra.length !== 12 || extra[0] !== 0x73 || extra[1] !== 0x6c || extra[2] !== 8 || extra[3] !== 0)
    return undefined;
  const view = new DataView(extra.buffer, extra.byteOffset);
  return { member: view.getUint32(4, true), content: view.getUint32(8, true) };
}
