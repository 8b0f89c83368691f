import { canonicalJson, type Json } from '#shared/lib/canonical-json';
import type { Sha256 } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { bodyState } from './body-state.ts';
import type { HeaderList } from './engine-event.ts';
import type { Exchange, StoredBody } from './exchange.ts';
import { requestHead, responseHead } from './http-head.ts';
import { targetUri } from './target-uri.ts';
import type { WarcBody, WarcRecordPlan } from './warc-record.ts';

export interface WarcOptions {
  /** UTC ms at which the file is written. */
  readonly createdAt: number;
  /** Fields of the `warcinfo` record (ISO 28500 §6.2), e.g. `software`, `isPartOf`, `http-header-user-agent`. */
  readonly warcinfo: Readonly<Record<string, string>>;
}

const EMPTY: WarcBody = { bytes: new Uint8Array() };
const LABEL_FIELDS = 'application/warc-fields';

/**
 * Plans of all records: `warcinfo`, then for each exchange its request, directly followed by its response. Instead of
 * a response there is `resource` for schemes other than HTTP and `metadata` with the failure where no answer came;
 * WebSocket messages follow as `metadata`. Give it redacted exchanges: it writes every header it gets.
 *
 * Own named fields, all on `response` and `resource`:
 * - `X-Evidence-Exchange`: id of the exchange, on every record;
 * - `X-Evidence-Body`: `exact` as after content-decoding, `decoded-text` UTF-8 of text the engine had decoded,
 *   `none` an answer without a body, `missing` not stored (then `WARC-Truncated: unspecified` too);
 * - `X-Evidence-Headers`: `raw` as received, `reconstructed` from the engine's parsed form;
 * - `X-Evidence-Source`: `network`, `cache` or `service-worker`.
 *
 * `WARC-Protocol` and `WARC-Cipher-Suite` are the fields proposed by the IIPC for WARC 1.2.
 */
export function* warcRecordsOf(
  exchanges: readonly Exchange[],
  options: WarcOptions,
): Generator<WarcRecordPlan, void, undefined> {
  yield warcinfo(options);
  for (const exchange of exchanges) yield* recordsOf(exchange);
}

function warcinfo({ createdAt, warcinfo: fields }: WarcOptions): WarcRecordPlan {
  const lines = Object.entries({ format: 'WARC File Format 1.1', ...fields });
  const text = lines.map(([name, value]) => `${name}: ${value.replaceAll(/\s+/g, ' ').trim()}\r\n`).join('');
  return {
    type: 'warcinfo',
    date: createdAt,
    contentType: LABEL_FIELDS,
    mediaType: LABEL_FIELDS,
    body: { bytes: toUtf8(text) },
    fields: [['WARC-Filename', 'data.warc.gz']],
  };
}

function* recordsOf(exchange: Exchange): Generator<WarcRecordPlan, void, undefined> {
  const http = /^(?:https?|wss?):/.test(exchange.url);
  const requested = http && exchange.requestSeen;
  if (requested) yield requestRecord(exchange);
  if (exchange.response === undefined || (!http && exchange.body === undefined))
    yield { ...jsonRecord(exchange, failureOf(exchange)), concurrentToPrevious: requested };
  else if (http) yield { ...responseRecord(exchange), concurrentToPrevious: requested };
  else yield resourceRecord(exchange, exchange.body ?? { body: '', bytes: 0, sha256: '' });
  if (exchange.frames.length > 0)
    yield jsonRecord(exchange, { messages: exchange.frames.map((frame) => ({ ...frame })) });
}

function common(exchange: Exchange): Pick<WarcRecordPlan, 'date' | 'targetUri'> {
  return { date: exchange.startedAt, targetUri: targetUri(exchange.url) };
}

function requestRecord(exchange: Exchange): WarcRecordPlan {
  const { id, method, url, requestHeaders, requestBody } = exchange;
  const withheld: HeaderList =
    exchange.hasRequestBody && requestBody === undefined
      ? [
          ['X-Evidence-Body', 'withheld'],
          ['WARC-Truncated', 'unspecified'],
        ]
      : [];
  return {
    type: 'request',
    ...common(exchange),
    contentType: 'application/http; msgtype=request',
    mediaType: 'application/http',
    head: requestHead({ method, url, headers: requestHeaders }),
    body: requestBody === undefined ? EMPTY : stored(requestBody),
    fields: [['X-Evidence-Exchange', id], ...withheld],
  };
}

function responseRecord(exchange: Exchange): WarcRecordPlan {
  const { response, body } = exchange;
  const { status = 0, statusText = '', headers = [], mediaType = '' } = response ?? {};
  return {
    type: 'response',
    ...common(exchange),
    contentType: 'application/http; msgtype=response',
    mediaType,
    head: responseHead({ status, statusText, headers, bodyLength: body?.bytes ?? 0 }),
    body: body === undefined ? EMPTY : stored(body),
    fields: evidenceFields(exchange),
  };
}

function resourceRecord(exchange: Exchange, body: StoredBody): WarcRecordPlan {
  const mediaType = exchange.response?.mediaType || 'application/octet-stream';
  return {
    type: 'resource',
    ...common(exchange),
    contentType: mediaType,
    mediaType,
    body: stored(body),
    fields: evidenceFields(exchange),
  };
}

function evidenceFields(exchange: Exchange): HeaderList {
  const { response, id, resourceType } = exchange;
  if (response === undefined) return [['X-Evidence-Exchange', id]];
  const state = bodyState(exchange);
  const fields: (readonly [string, string | undefined])[] = [
    ['WARC-IP-Address', response.remoteAddress],
    ['WARC-Protocol', warcProtocol(response.protocol)],
    ['WARC-Protocol', response.tls?.protocol.toLowerCase().replace(' ', '/')],
    ['WARC-Cipher-Suite', response.tls?.cipher],
    ['WARC-Resource-Type', resourceType],
    ['WARC-Truncated', state === 'missing' ? 'unspecified' : undefined],
    ['X-Evidence-Exchange', id],
    ['X-Evidence-Body', state],
    ['X-Evidence-Headers', response.fidelity],
    ['X-Evidence-Source', response.source],
  ];
  return fields.filter((field): field is readonly [string, string] => Boolean(field[1]?.trim()));
}

/** Values the proposal names; others (`blob`, `data`) are no protocol of the wire. */
function warcProtocol(protocol: string): string | undefined {
  const known: Readonly<Record<string, string>> = { quic: 'h3', ws: 'ws', wss: 'wss' };
  return known[protocol] ?? (/^(?:http\/\d\.\d|h2|h3|h2c)$/.test(protocol) ? protocol : undefined);
}

function failureOf({ outcome, error, resourceType, method, startedAt, endedAt }: Exchange): Json {
  return {
    outcome,
    error,
    method,
    resourceType,
    startedAt: new Date(startedAt).toISOString(),
    endedAt: endedAt === undefined ? undefined : new Date(endedAt).toISOString(),
  };
}

function jsonRecord(exchange: Exchange, value: Json): WarcRecordPlan {
  return {
    type: 'metadata',
    ...common(exchange),
    contentType: 'application/json',
    mediaType: 'application/json',
    body: { bytes: toUtf8(canonicalJson(value)) },
    fields: [['X-Evidence-Exchange', exchange.id]],
  };
}

function stored({ body, bytes, sha256 }: StoredBody): WarcBody {
  return { stored: body, length: bytes, sha256: sha256 as Sha256 };
}
