import { ahead } from '#shared/lib/ahead';
import { concatBytes } from '#shared/lib/concat-bytes';
import { type Deflater, gzipMember, storedGzipMember } from '#shared/lib/gzip-member';
import { toHex } from '#shared/lib/hex';
import type { Digester } from '#shared/lib/port';
import type { Sha256 } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { cdxLine } from './cdx.ts';
import { WarcError } from './warc-error.ts';
import {
  RECORD_END,
  type ReadBlock,
  type RecordPlace,
  readBlock,
  recordHeader,
  recordOf,
  type WarcRecordPlan,
} from './warc-record.ts';

/** What writing needs from outside. */
export interface WarcWriterPorts extends Digester, Deflater {
  /** Bytes of a body in the store. */
  readBody(stored: string): Promise<Uint8Array>;
  /** The same in pieces, for bodies above `DEFLATE_LIMIT`; without it those are read whole. */
  readPieces?(stored: string): AsyncIterable<Uint8Array>;
}

/**
 * One gzip member of the file, or a part of a large one; with its last part the index line of its record when readers
 * look it up.
 */
export interface WarcMember {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly cdx?: string;
}

/** Larger records are stored, never deflated, so that a verifier reads them in pieces. */
export const DEFLATE_LIMIT = 16 * 2 ** 20;

/** Records worked on at once: reading, hashing and deflating wait for one another, not for the writer. */
const AHEAD = 12;
const AHEAD_BYTES = 16 * 2 ** 20;

/** A record on its way into the file. */
interface Prepared {
  readonly plan: WarcRecordPlan;
  /** Absent of a large body, which is read in pieces when its turn comes. */
  readonly block?: ReadBlock;
}
interface Placed {
  readonly plan: WarcRecordPlan;
  readonly payloadSha256: Sha256;
  /** The plan of the request before. */
  readonly before: WarcRecordPlan | undefined;
  /** Length of a large record's block is not counted: it is read in pieces. */
  readonly weight: number;
  readonly record: Uint8Array<ArrayBuffer> | AsyncIterable<Uint8Array<ArrayBuffer>>;
}

/**
 * The records of a WARC file in order, one gzip member each; the file is their concatenation. A few bodies at a time
 * are in memory, up to 16 MiB or a single one, or a piece of a large one.
 * @throws WarcError of `readBlock` and `recordOf`; errors of the ports pass unchanged.
 */
export async function* writeWarc(
  plans: Iterable<WarcRecordPlan> | AsyncIterable<WarcRecordPlan>,
  ports: WarcWriterPorts,
): AsyncGenerator<WarcMember> {
  const prepared = ahead(plans, (plan) => prepare(plan, ports), {
    count: AHEAD,
    weight: AHEAD_BYTES,
    weightOf: ({ body }) => ('stored' in body ? body.length : body.bytes.length),
  });
  const members = ahead(placed(prepared, ports), (record) => compress(record, ports), {
    count: AHEAD,
    weight: AHEAD_BYTES,
    weightOf: ({ weight }) => weight,
  });
  let offset = 0;
  for await (const { plan, payloadSha256, before, member } of members) {
    let length = 0;
    const whole = member instanceof Uint8Array;
    if (whole) length = member.length;
    else
      for await (const bytes of member) {
        length += bytes.length;
        yield { bytes };
      }
    const cdx = cdxLine({ ...plan, payloadSha256, offset, length }, before);
    const bytes = whole ? member : new Uint8Array();
    if (whole || cdx !== undefined) yield cdx === undefined ? { bytes } : { bytes, cdx };
    offset += length;
  }
}

async function prepare(plan: WarcRecordPlan, ports: WarcWriterPorts): Promise<Prepared> {
  if (ports.readPieces !== undefined && 'stored' in plan.body && plan.body.length > DEFLATE_LIMIT)
    return { plan };
  const body = 'bytes' in plan.body ? plan.body.bytes : await ports.readBody(plan.body.stored);
  return { plan, block: await readBlock(plan, body, ports) };
}

/** Gives each record its place, which its id depends on. */
async function* placed(records: AsyncIterable<Prepared>, ports: WarcWriterPorts): AsyncGenerator<Placed> {
  let ordinal = 0;
  let previous: { plan: WarcRecordPlan; id: string } | undefined;
  const { readPieces } = ports;
  for await (const { plan, block } of records) {
    const place = { ordinal, ...(previous === undefined ? {} : { previous: previous.id }) };
    const before = plan.concurrentToPrevious ? previous?.plan : undefined;
    if (block !== undefined) {
      const { id, bytes, payloadSha256 } = recordOf(plan, block, place);
      yield { plan, payloadSha256, before, weight: bytes.length, record: bytes };
      previous = { plan, id };
    } else if (readPieces !== undefined && 'stored' in plan.body) {
      const { id, member } = await largeRecord(plan, plan.body, { ...ports, readPieces }, place);
      yield { plan, payloadSha256: plan.body.sha256, before, weight: 0, record: member };
      previous = { plan, id };
    }
    ordinal++;
  }
}

async function compress(
  { plan, payloadSha256, before, record }: Placed,
  ports: WarcWriterPorts,
): Promise<Omit<Placed, 'record' | 'weight'> & { member: Placed['record'] }> {
  const about = { plan, payloadSha256, before };
  if (!(record instanceof Uint8Array)) return { ...about, member: record };
  const deflates = record.length <= DEFLATE_LIMIT && isCompressible(plan.mediaType);
  return { ...about, member: await gzipMember(record, deflates ? ports : undefined) };
}

/**
 * A record whose body is read twice, in pieces: once to measure it, once to write it.
 * @throws WarcError BODY_CHANGED when the digest is not the captured one
 */
async function largeRecord(
  plan: WarcRecordPlan,
  { stored, length, sha256 }: Extract<WarcRecordPlan['body'], { stored: string }>,
  ports: Required<Pick<WarcWriterPorts, 'readPieces' | 'createSha256'>>,
  place: RecordPlace,
): Promise<{ id: string; member: AsyncIterable<Uint8Array<ArrayBuffer>> }> {
  const head = toUtf8(plan.head ?? '');
  const [block, payload] = [ports.createSha256(), ports.createSha256()];
  block.update(head);
  for await (const piece of ports.readPieces(stored)) {
    block.update(piece);
    payload.update(piece);
  }
  if (toHex(payload.digest()) !== sha256)
    throw new WarcError('BODY_CHANGED', 'stored body differs from the captured one', {
      entry: plan.targetUri,
    });
  const blockLength = head.length + length;
  const measured = { block: toHex(block.digest()) as Sha256, payload: sha256, length: blockLength };
  const { id, header } = recordHeader(plan, measured, place);
  const content = async function* () {
    yield concatBytes(header, head);
    yield* ports.readPieces(stored);
    yield RECORD_END;
  };
  const whole = header.length + blockLength + RECORD_END.length;
  return { id, member: storedGzipMember(whole, content()) };
}

/** Media types whose formats compress by themselves; deflating them again costs time and gains nothing. */
function isCompressible(mediaType: string): boolean {
  return !/^(?:image\/(?!svg|bmp|x-ms-bmp|x-icon|vnd\.microsoft\.icon)|audio\/|video\/|font\/woff|application\/(?:zip|gzip|pdf|x-7z|font-woff|x-font-woff|vnd\.openxml))/.test(
    mediaType,
  );
}
