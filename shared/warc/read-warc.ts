import { type GzipMember, gzipContent, readGzipMember } from '#shared/lib/gzip-content';
import type { ByteSource, Ports } from '#shared/lib/port';
import { isSha256, type Sha256 } from '#shared/lib/sha256';
import type { HeaderList } from './engine-event.ts';
import { WarcError } from './warc-error.ts';
import { type ParsedRecord, parseWarcRecord } from './warc-parser.ts';
import { type WarcType, warcTypes } from './warc-record.ts';
import { DEFLATE_LIMIT } from './warc-writer.ts';

/** A record whose lengths and digests were recomputed and agree. */
export interface VerifiedRecord {
  readonly type: WarcType;
  /** `urn:uuid:…`. */
  readonly id: string;
  /** UTC ms. */
  readonly date: number;
  readonly targetUri?: string;
  /** Id of the record this one was captured with. */
  readonly concurrentTo?: string;
  readonly contentType: string;
  /** HTTP head of a request or response. */
  readonly head?: string;
  readonly payloadLength: number;
  readonly payloadSha256: Sha256;
  /** Of the gzip member. */
  readonly offset: number;
  readonly length: number;
  /** All named fields, in order. */
  readonly fields: HeaderList;
}

type WarcPorts = Pick<Ports, 'gunzip' | 'crc32' | 'createSha256'>;

/**
 * Reads and verifies every record of a WARC file as `writeWarc` makes it: the gzip members fill the file without a
 * gap, each holds one record, Content-Length and both digests are right, ids are unique. Memory stays bounded by
 * `DEFLATE_LIMIT`.
 * @throws WarcError at the first fault; earlier records have been yielded by then.
 */
export async function* readWarc(source: ByteSource, ports: WarcPorts): AsyncGenerator<VerifiedRecord> {
  const ids = new Set<string>();
  let ordinal = 0;
  for (let offset = 0; offset < source.size; ordinal++) {
    const entry = `record ${ordinal} at ${offset}`;
    const member = await locate(source, offset, entry);
    const record = verifyRecord(await parseMember(source, member, ports, entry), member, entry);
    if (ids.has(record.id)) throw new WarcError('RECORD_ID_DUPLICATE', `${record.id} again`, { entry });
    ids.add(record.id);
    yield record;
    offset += member.length;
  }
}

async function locate(source: ByteSource, offset: number, entry: string): Promise<GzipMember> {
  return readGzipMember(source, offset).catch((cause: unknown) => {
    throw cause instanceof RangeError
      ? new WarcError('MEMBER_MALFORMED', cause.message, { entry, cause })
      : cause;
  });
}

async function parseMember(
  source: ByteSource,
  member: GzipMember,
  ports: WarcPorts,
  entry: string,
): Promise<ParsedRecord> {
  try {
    const pieces = gzipContent(source, member, ports, DEFLATE_LIMIT);
    return await parseWarcRecord(pieces, member.contentLength, ports, entry);
  } catch (cause) {
    if (cause instanceof WarcError) throw cause;
    throw new WarcError('MEMBER_MALFORMED', 'gzip member cannot be read', { entry, cause });
  }
}

function verifyRecord(parsed: ParsedRecord, member: GzipMember, entry: string): VerifiedRecord {
  const field = fieldReader(parsed.fields, entry);
  const type = warcTypes.find((known) => known === field('WARC-Type'));
  const id = /^<(urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})>$/.exec(field('WARC-Record-ID'))?.[1];
  const date = utcMillis(field('WARC-Date'));
  if (type === undefined || id === undefined || date === undefined)
    throw new WarcError('FIELD_MALFORMED', 'type, id or date of the record', { entry });
  if (field('Content-Length') !== String(parsed.blockLength))
    throw new WarcError('CONTENT_LENGTH', `block has ${parsed.blockLength} bytes`, { entry });
  compare(field('WARC-Block-Digest'), parsed.blockSha256, 'BLOCK_DIGEST', entry);
  const hasPayload = type === 'request' || type === 'response' || type === 'resource';
  if (hasPayload) compare(field('WARC-Payload-Digest'), parsed.payloadSha256, 'PAYLOAD_DIGEST', entry);
  if ((type === 'request' || type === 'response') && parsed.head === undefined)
    throw new WarcError('HTTP_MALFORMED', `${type} without HTTP head`, { entry });
  const concurrentTo = field.optional('WARC-Concurrent-To')?.slice(1, -1);
  return {
    type,
    id,
    date,
    ...(type === 'warcinfo' ? {} : { targetUri: field('WARC-Target-URI') }),
    ...(concurrentTo === undefined ? {} : { concurrentTo }),
    contentType: field('Content-Type'),
    ...(parsed.head === undefined ? {} : { head: parsed.head }),
    payloadLength: parsed.payloadLength,
    payloadSha256: parsed.payloadSha256,
    offset: member.offset,
    length: member.length,
    fields: parsed.fields,
  };
}

interface FieldReader {
  (name: string): string;
  optional(name: string): string | undefined;
}

/** Looks up named fields; names are case-insensitive (ISO 28500 §4), and none we read may repeat (§5.1). */
function fieldReader(fields: HeaderList, entry: string): FieldReader {
  const optional = (name: string): string | undefined => {
    const found = fields.filter(([candidate]) => candidate.toLowerCase() === name.toLowerCase());
    if (found.length > 1) throw new WarcError('FIELD_DUPLICATE', name, { entry });
    return found[0]?.[1];
  };
  const required = (name: string): string => {
    const value = optional(name);
    if (value === undefined) throw new WarcError('FIELD_MISSING', name, { entry });
    return value;
  };
  return Object.assign(required, { optional });
}

function compare(
  field: string,
  actual: Sha256,
  code: 'BLOCK_DIGEST' | 'PAYLOAD_DIGEST',
  entry: string,
): void {
  const declared = field.startsWith('sha256:') ? field.slice(7) : '';
  if (!isSha256(declared)) throw new WarcError('FIELD_MALFORMED', `digest ${field.slice(0, 80)}`, { entry });
  if (declared !== actual) throw new WarcError(code, `digest is ${actual}`, { entry });
}

/** The one spelling `toISOString` gives, milliseconds always present. */
function utcMillis(text: string): number | undefined {
  const millis = Date.parse(text);
  return Number.isFinite(millis) && new Date(millis).toISOString() === text ? millis : undefined;
}
