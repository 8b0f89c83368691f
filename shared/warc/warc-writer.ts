import { type Deflater, gzipMember } from '#shared/lib/gzip-member';
import type { Digester } from '#shared/lib/port';
import { cdxLine } from './cdx.ts';
import { buildWarcRecord, type WarcRecordPlan } from './warc-record.ts';

/** What writing needs from outside. */
export interface WarcWriterPorts extends Pick<Digester, 'sha256'>, Deflater {
  /** Bytes of a body in the store. */
  readBody(stored: string): Promise<Uint8Array>;
}

/** One gzip member of the file, and the index line of its record when readers look it up. */
export interface WarcMember {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly cdx?: string;
}

/** Larger records are stored, never deflated, so that a verifier reads them in pieces. */
export const DEFLATE_LIMIT = 16 * 2 ** 20;

/**
 * The records of a WARC file in order, one gzip member each; the file is their concatenation. One body at a time
 * is in memory.
 * @throws WarcError of `buildWarcRecord`; errors of the ports pass unchanged.
 */
export async function* writeWarc(
  plans: Iterable<WarcRecordPlan> | AsyncIterable<WarcRecordPlan>,
  ports: WarcWriterPorts,
): AsyncGenerator<WarcMember> {
  let offset = 0;
  let ordinal = 0;
  let before: { plan: WarcRecordPlan; id: string } | undefined;
  for await (const plan of plans) {
    const body = 'bytes' in plan.body ? plan.body.bytes : await ports.readBody(plan.body.stored);
    const place = { ordinal, ...(before === undefined ? {} : { previous: before.id }) };
    const record = await buildWarcRecord(plan, body, ports, place);
    const small = record.bytes.length <= DEFLATE_LIMIT;
    const bytes = await gzipMember(record.bytes, small && isCompressible(plan.mediaType) ? ports : undefined);
    const cdx = cdxLine(
      { ...plan, payloadSha256: record.payloadSha256, offset, length: bytes.length },
      plan.concurrentToPrevious ? before?.plan : undefined,
    );
    yield cdx === undefined ? { bytes } : { bytes, cdx };
    offset += bytes.length;
    ordinal++;
    before = { plan, id: record.id };
  }
}

/** Media types whose formats compress by themselves; deflating them again costs time and gains nothing. */
function isCompressible(mediaType: string): boolean {
  return !/^(?:image\/(?!svg|bmp|x-ms-bmp|x-icon|vnd\.microsoft\.icon)|audio\/|video\/|font\/woff|application\/(?:zip|gzip|pdf|x-7z|font-woff|x-font-woff|vnd\.openxml))/.test(
    mediaType,
  );
}
