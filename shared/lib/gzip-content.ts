import { parseGzipHeader } from './gzip-header.ts';
import { skipLengths } from './gzip-member.ts';
import type { ByteSource, Ports } from './port.ts';

/** A gzip member with skip lengths, located in a larger file. */
export interface GzipMember {
  readonly offset: number;
  /** Bytes of the member. */
  readonly length: number;
  /** Bytes of its content, as the skip lengths say; `gzipContent` verifies it. */
  readonly contentLength: number;
  /** Where the deflate stream begins. */
  readonly streamOffset: number;
}

/** A header with the `sl` field only: 10 + 2 + 12 bytes. */
const HEADER_LENGTH = 24;
const TRAILER_LENGTH = 8;
const CHUNK = 2 ** 20;

/**
 * Reads the header of the member at `offset`, which must be exactly as `gzipMember` writes it.
 * @throws RangeError when it is not, or does not fit into the source.
 */
export async function readGzipMember(source: ByteSource, offset: number): Promise<GzipMember> {
  if (source.size - offset < HEADER_LENGTH + TRAILER_LENGTH) throw new RangeError('gzip member cut off');
  const header = await source.read(offset, HEADER_LENGTH);
  const lengths = skipLengths(parseGzipHeader(header).extra);
  if (lengths === undefined || header[3] !== 4) throw new RangeError('gzip member has no skip lengths');
  if (lengths.member < HEADER_LENGTH + TRAILER_LENGTH + 1 || offset + lengths.member > source.size)
    throw new RangeError('gzip member does not fit its skip length');
  const streamOffset = offset + HEADER_LENGTH;
  return { offset, length: lengths.member, contentLength: lengths.content, streamOffset };
}

/**
 * The content of a member, in pieces, in order. Members up to `inflateLimit` bytes of content are inflated whole
 * by the port; larger ones must consist of stored blocks, which are passed on in pieces of at most 1 MiB.
 * @throws RangeError when the member is malformed, or yields another length than it declared; errors of the port
 * pass unchanged.
 */
export async function* gzipContent(
  source: ByteSource,
  member: GzipMember,
  ports: Pick<Ports, 'gunzip' | 'crc32'>,
  inflateLimit: number,
): AsyncGenerator<Uint8Array> {
  if (member.contentLength <= inflateLimit) {
    const content = await ports.gunzip(await source.read(member.offset, member.length), member.contentLength);
    if (content.length !== member.contentLength)
      throw new RangeError('gzip content is shorter than declared');
    yield content;
    return;
  }
  yield* storedContent(source, member, ports);
}

async function* storedContent(
  source: ByteSource,
  member: GzipMember,
  ports: Pick<Ports, 'crc32'>,
): AsyncGenerator<Uint8Array> {
  const end = member.offset + member.length - TRAILER_LENGTH;
  let crc = 0;
  let total = 0;
  let final = false;
  for (let at = member.streamOffset; at < end; ) {
    const chunk = await source.read(at, Math.min(CHUNK, end - at));
    let used = 0;
    while (used + 5 <= chunk.length) {
      const { length, last } = storedBlock(chunk, used);
      if (used + 5 + length > chunk.length) break;
      if (final) throw new RangeError('data after the final deflate block');
      final = last;
      const data = chunk.subarray(used + 5, used + 5 + length);
      crc = ports.crc32(data, crc);
      total += length;
      yield data;
      used += 5 + length;
    }
    if (used === 0) throw new RangeError('stored block cut off');
    at += used;
  }
  const trailer = await source.read(end, TRAILER_LENGTH);
  const view = new DataView(trailer.buffer, trailer.byteOffset, TRAILER_LENGTH);
  if (!final || total !== member.contentLength) throw new RangeError('gzip content is shorter than declared');
  if (view.getUint32(0, true) !== crc) throw new RangeError('gzip checksum is wrong');
  if (view.getUint32(4, true) !== total % 2 ** 32) throw new RangeError('gzip length is wrong');
}

function storedBlock(bytes: Uint8Array, at: number): { length: number; last: boolean } {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, 5);
  const length = view.getUint16(1, true);
  const type = view.getUint8(0);
  if (type > 1) throw new RangeError('large gzip member is not stored');
  if ((length ^ view.getUint16(3, true)) !== 0xffff) throw new RangeError('stored block length is wrong');
  return { length, last: type === 1 };
}
