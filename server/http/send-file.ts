import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FileSource } from '../store/file-source.ts';
import { chunksOf } from '../store/source-chunks.ts';
import { HttpError } from './http-error.ts';

/** Immutable bytes, to be downloaded. */
export interface FileAnswer {
  /** `sendFile` closes it, unless it throws. */
  readonly source: FileSource;
  /** The part of the file that is sent. */
  readonly offset: number;
  readonly size: number;
  /** Strong validator, unique for these bytes; without quotes. */
  readonly etag: string;
  readonly mediaType: string;
  /** ASCII. */
  readonly filename: string;
}

interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * Sends a file, a single byte range of it (RFC 9110 §14.2), or 304 when the client has it. Several ranges at once
 * and units other than bytes are answered with the whole file, as the RFC allows.
 * @throws HttpError RANGE_NOT_SATISFIABLE
 */
export async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  file: FileAnswer,
): Promise<FastifyReply> {
  const range = prepare(request, reply, file);
  if (range === undefined) {
    await file.source.close();
    // Of an answer to HEAD without any body fastify says that it has no bytes.
    return reply.send(request.method === 'HEAD' ? Readable.from([]) : undefined);
  }
  const chunks = chunksOf(file.source, range.first, range.last - range.first + 1);
  const body = Readable.from(chunks, { objectMode: false });
  // Also of an answer that is broken off before its first byte.
  body.once('close', () => void file.source.close());
  return reply.send(body);
}

/** Sets status and headers. @returns what is to be sent of the source; `undefined`: nothing. */
function prepare(request: FastifyRequest, reply: FastifyReply, file: FileAnswer): ByteRange | undefined {
  const tag = `"${file.etag}"`;
  reply
    .header('etag', tag)
    .header('accept-ranges', 'bytes')
    .header('cache-control', 'private, max-age=31536000, immutable')
    .header('content-disposition', `attachment; filename="${file.filename}"`)
    .type(file.mediaType);
  if (request.headers['if-none-match'] === tag) {
    reply.code(304);
    return undefined;
  }
  const range = rangeOf(request, tag, file.size);
  const { first, last } = range ?? { first: 0, last: file.size - 1 };
  if (range !== undefined) reply.code(206).header('content-range', `bytes ${first}-${last}/${file.size}`);
  reply.header('content-length', last - first + 1);
  if (request.method === 'HEAD' || file.size === 0) return undefined;
  return { first: file.offset + first, last: file.offset + last };
}

function rangeOf({ headers }: FastifyRequest, tag: string, size: number): ByteRange | undefined {
  const validator = headers['if-range'];
  if (validator !== undefined && validator !== tag) return undefined;
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(headers.range ?? '');
  const [, from = '', to = ''] = match ?? [];
  if (match === null || (from === '' && to === '')) return undefined;
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (first > last || first >= size)
    throw new HttpError('RANGE_NOT_SATISFIABLE', `no such range in ${size} bytes`, { entry: 'range' });
  return { first, last };
}
