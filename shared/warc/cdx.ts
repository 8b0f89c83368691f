import { canonicalJson } from '#shared/lib/canonical-json';
import { type Deflater, gzipMember } from '#shared/lib/gzip-member';
import { type Sha256, sha256Hex } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { surt } from './surt.ts';
import type { WarcType } from './warc-record.ts';

/** What an index line is made of: a record as planned, or as read back. */
export interface IndexedRecord {
  readonly type: WarcType;
  readonly targetUri?: string;
  /** UTC ms. */
  readonly date: number;
  /** Content-Type of the block. */
  readonly contentType: string;
  /** HTTP head, when the block begins with one. */
  readonly head?: string;
  readonly payloadSha256: Sha256;
  /** Of the record's gzip member in the WARC. */
  readonly offset: number;
  readonly length: number;
}

/** Bound on the uncompressed index: about 150,000 records. */
export const INDEX_LIMIT = 2 ** 26;

/** Name of the WARC file the lines point into, below `archive/`. */
const FILE_NAME = 'data.warc.gz';

/**
 * A CDXJ line, LF included: `<surt> <14-digit time> <JSON>`, numbers as strings as cdxj-indexer and pywb write them.
 * @param concurrent the record named by WARC-Concurrent-To; a request there tells the method.
 * @returns `undefined` for records that readers do not look up: only `response` and `resource` are indexed.
 */
export function cdxLine(
  record: IndexedRecord,
  concurrent?: Pick<IndexedRecord, 'type' | 'head'>,
): string | undefined {
  const { type, targetUri, head } = record;
  if ((type !== 'response' && type !== 'resource') || targetUri === undefined) return undefined;
  const time = new Date(record.date).toISOString().replaceAll(/[-:T]/g, '').slice(0, 14);
  const method = concurrent?.type === 'request' ? concurrent.head?.split(' ', 1)[0] : undefined;
  const about = canonicalJson({
    url: targetUri,
    mime: head === undefined ? essence(record.contentType) : essence(headerValue(head, 'content-type')),
    status: head?.split(' ', 2)[1],
    method: method === 'GET' ? undefined : method,
    digest: `sha256:${record.payloadSha256}`,
    offset: String(record.offset),
    length: String(record.length),
    filename: FILE_NAME,
  });
  return `${surt(targetUri).replaceAll(' ', '%20')} ${time} ${about}\n`;
}

/** Media type without parameters; `unk`, as other indexers write, when none is named. */
function essence(contentType: string): string {
  return contentType.split(';', 1)[0]?.trim() || 'unk';
}

function headerValue(head: string, name: string): string {
  const line = head.split('\r\n').find((field) => field.toLowerCase().startsWith(`${name}:`));
  return line === undefined ? '' : line.slice(name.length + 1).trim();
}

/** The whole index: lines in the order readers search them by. */
export function cdxText(lines: readonly string[]): string {
  return [...lines].sort().join('');
}

/** `indexes/index.cdx.gz`: the sorted lines as one gzip member. */
export function buildCdx(lines: readonly string[], deflater: Deflater): Promise<Uint8Array<ArrayBuffer>> {
  return gzipMember(toUtf8(cdxText(lines)), deflater);
}

/**
 * `indexes/index.idx`, which leads readers of the WACZ format to the compressed index (they open `.idx`, `.cdx` and
 * `.cdxj` only): the key of the first line and where its block lies; here the whole file is one block.
 * @param text the uncompressed index.
 */
export function cdxSecondaryIndex(cdxGz: Uint8Array, text: string): string {
  const meta = canonicalJson({ format: 'cdxj-gzip-1.0', filename: 'index.cdx.gz' });
  const firstKey = text.slice(0, Math.max(0, text.indexOf(' {')));
  const block = canonicalJson({
    offset: 0,
    length: cdxGz.length,
    digest: `sha256:${sha256Hex(cdxGz)}`,
    filename: 'index.cdx.gz',
  });
  return `!meta 0 ${meta}\n${text === '' ? '' : `${firstKey} ${block}\n`}`;
}
