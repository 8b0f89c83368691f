import { concatBytes } from '#shared/lib/concat-bytes';
import { toHex } from '#shared/lib/hex';
import type { Digester } from '#shared/lib/port';
import { type Sha256, sha256 } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import type { HeaderList } from './engine-event.ts';
import { WarcError } from './warc-error.ts';

/** Record types this project writes (ISO 28500 §6). */
export const warcTypes = ['warcinfo', 'request', 'response', 'resource', 'metadata'] as const;
export type WarcType = (typeof warcTypes)[number];

/** The bytes themselves, or a body in the store with the digest taken when it was captured. */
export type WarcBody =
  | { readonly bytes: Uint8Array }
  | { readonly stored: string; readonly length: number; readonly sha256: Sha256 };

/** Everything that determines a record; what a pure reducer produces. */
export interface WarcRecordPlan {
  readonly type: WarcType;
  /** UTC ms since 1970: WARC-Date. */
  readonly date: number;
  /** WARC-Target-URI; absent for `warcinfo` only. */
  readonly targetUri?: string;
  /** Content-Type of the block, e.g. `application/http; msgtype=response`. */
  readonly contentType: string;
  /** Media type of the body, deciding whether it is worth deflating. */
  readonly mediaType: string;
  /** `responseHead` or `requestHead`; absent for records without HTTP. */
  readonly head?: string;
  readonly body: WarcBody;
  /** Further named fields, e.g. `WARC-IP-Address`, `WARC-Truncated`, `WARC-Protocol`. */
  readonly fields?: HeaderList;
  /**
   * Whether `WARC-Concurrent-To` names the record written just before. A request comes directly before its
   * response, so that the index line of the response knows the method.
   */
  readonly concurrentToPrevious?: boolean;
}

/** A serialised record, uncompressed. */
export interface WarcRecord {
  /** `urn:uuid:…`, without angle brackets. */
  readonly id: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly blockSha256: Sha256;
  /** Digest of the body; equals the block's where there is no HTTP head. */
  readonly payloadSha256: Sha256;
}

export const WARC_VERSION = 'WARC/1.1';

/** Where a record stands in its file. */
export interface RecordPlace {
  /** 0 for the first record of the file. */
  readonly ordinal: number;
  /** Id of the record before, used when `concurrentToPrevious` is set. */
  readonly previous?: string;
}

/** A block with its digests: all of a record that does not depend on its place. */
export interface ReadBlock {
  readonly bytes: Uint8Array;
  readonly measured: MeasuredBlock;
}

/**
 * Puts the block of a record together and hashes it.
 * @param body the bytes `plan.body` stands for.
 * @throws WarcError BODY_CHANGED, naming the target URI.
 */
export async function readBlock(
  plan: WarcRecordPlan,
  body: Uint8Array,
  digester: Pick<Digester, 'sha256'>,
): Promise<ReadBlock> {
  const payloadSha256 = toHex(await digester.sha256(body)) as Sha256;
  if ('stored' in plan.body && (plan.body.sha256 !== payloadSha256 || plan.body.length !== body.length))
    throw new WarcError('BODY_CHANGED', 'stored body differs from the captured one', {
      entry: plan.targetUri,
    });
  const block = plan.head === undefined ? body : concatBytes(toUtf8(plan.head), body);
  const blockSha256 =
    plan.head === undefined ? payloadSha256 : (toHex(await digester.sha256(block)) as Sha256);
  return { bytes: block, measured: { block: blockSha256, payload: payloadSha256, length: block.length } };
}

/**
 * Serialises one record (WARC 1.1, ISO 28500:2017 §5). Digests are `sha256:<hex>`; the record id is a UUID
 * version 8 (RFC 9562 §5.8) of the SHA-256 of ordinal and content, so the same plans give the same file.
 * @throws WarcError FIELD_MALFORMED, naming the target URI.
 */
export function recordOf(
  plan: WarcRecordPlan,
  { bytes, measured }: ReadBlock,
  place: RecordPlace,
): WarcRecord {
  const { id, header } = recordHeader(plan, measured, place);
  const { block: blockSha256, payload: payloadSha256 } = measured;
  return { id, bytes: concatBytes(header, bytes, RECORD_END), blockSha256, payloadSha256 };
}

/** What stands behind the block of every record (ISO 28500 §4). */
export const RECORD_END = toUtf8('\r\n\r\n');

/** Digests and length of a block, known before it is written. */
export interface MeasuredBlock {
  readonly block: Sha256;
  readonly payload: Sha256;
  readonly length: number;
}

/** Id of a record and the bytes before its block. @throws WarcError FIELD_MALFORMED */
export function recordHeader(
  plan: WarcRecordPlan,
  measured: MeasuredBlock,
  place: RecordPlace,
): { id: string; header: Uint8Array<ArrayBuffer> } {
  const fields = namedFields(plan, {
    ...measured,
    previous: plan.concurrentToPrevious ? place.previous : undefined,
  });
  const id = recordId(place.ordinal, fields);
  const lines = [WARC_VERSION, `WARC-Record-ID: <${id}>`, ...fields.map(fieldLine), '', ''];
  return { id, header: toUtf8(lines.join('\r\n')) };
}

function namedFields(
  plan: WarcRecordPlan,
  measured: MeasuredBlock & { readonly previous: string | undefined },
): HeaderList {
  const all: (readonly [string, string | undefined])[] = [
    ['WARC-Type', plan.type],
    ['WARC-Date', new Date(plan.date).toISOString()],
    ['WARC-Target-URI', plan.targetUri],
    ['WARC-Concurrent-To', measured.previous === undefined ? undefined : `<${measured.previous}>`],
    ...(plan.fields ?? []),
    ['WARC-Block-Digest', `sha256:${measured.block}`],
    ['WARC-Payload-Digest', hasPayload(plan) ? `sha256:${measured.payload}` : undefined],
    ['Content-Type', plan.contentType],
    ['Content-Length', String(measured.length)],
  ];
  for (const [name, value] of all)
    if (value !== undefined && !(isFieldName(name) && isFieldValue(value)))
      throw new WarcError('FIELD_MALFORMED', `WARC field ${name} cannot be written`, {
        entry: plan.targetUri,
      });
  return all.filter((field): field is readonly [string, string] => field[1] !== undefined);
}

/** ISO 28500 §5.9: only records with a payload have its digest; `warcinfo` and `metadata` are blocks alone. */
function hasPayload(plan: WarcRecordPlan): boolean {
  return plan.type === 'response' || plan.type === 'request' || plan.type === 'resource';
}

/** ISO 28500 §4: a field name is a token. */
export function isFieldName(name: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name);
}

/** No control characters and no outer white space: what is written reads back unchanged. */
export function isFieldValue(value: string): boolean {
  return value === value.trim() && value.isWellFormed() && !/\p{Cc}/u.test(value);
}

function fieldLine([name, value]: readonly [string, string]): string {
  return `${name}: ${value}`;
}

function recordId(ordinal: number, fields: HeaderList): string {
  const digest = sha256(toUtf8(`${ordinal}\n${fields.map(fieldLine).join('\n')}\n`)).slice(0, 16);
  digest[6] = ((digest[6] as number) & 0x0f) | 0x80;
  digest[8] = ((digest[8] as number) & 0x3f) | 0x80;
  const hex = toHex(digest);
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
