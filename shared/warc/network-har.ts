import { bodyState } from './body-state.ts';
import type { HeaderList } from './engine-event.ts';
import type { Exchange, ExchangeResponse } from './exchange.ts';

export interface HarContext {
  /** Name and version of the extension. */
  readonly creator: { readonly name: string; readonly version: string };
  /** From the user agent. */
  readonly browser: { readonly name: string; readonly version: string };
  readonly page: { readonly id: string; readonly title: string; readonly startedAt: number };
}

interface NameValue {
  readonly name: string;
  readonly value: string;
}

/** HAR 1.2 (W3C draft 2012-08-14); names that begin with `_` are ours. */
export interface Har {
  readonly log: {
    readonly version: '1.2';
    readonly creator: NameAndVersion;
    readonly browser: NameAndVersion;
    readonly pages: readonly object[];
    readonly entries: readonly HarEntry[];
  };
}
interface NameAndVersion {
  readonly name: string;
  readonly version: string;
}
interface HarEntry {
  readonly pageref: string;
  readonly startedDateTime: string;
  readonly time: number;
  readonly request: HarMessage & { readonly method: string; readonly url: string };
  readonly response: HarMessage & { readonly status: number; readonly content: object };
  readonly cache: object;
  readonly timings: Readonly<Record<string, number>>;
  readonly serverIPAddress?: string;
  readonly connection?: string;
  readonly _exchange: string;
  readonly _resourceType: string;
  readonly _outcome: string;
  readonly [extra: `_${string}`]: unknown;
}
interface HarMessage {
  readonly httpVersion: string;
  readonly headers: readonly NameValue[];
  readonly headersSize: number;
  readonly bodySize: number;
}

const UNKNOWN = -1;

/**
 * The exchanges as HAR 1.2, every one of them, in order. Bodies lie in the WARC; `content` has their length and
 * digest. Give it redacted exchanges: it prints every header it gets.
 */
export function networkHar(exchanges: readonly Exchange[], { creator, browser, page }: HarContext): Har {
  return {
    log: {
      version: '1.2',
      creator,
      browser,
      pages: [
        {
          startedDateTime: new Date(page.startedAt).toISOString(),
          id: page.id,
          title: page.title,
          pageTimings: { onContentLoad: UNKNOWN, onLoad: UNKNOWN },
        },
      ],
      entries: exchanges.map((exchange) => entryOf(exchange, page.id)),
    },
  };
}

function entryOf(exchange: Exchange, pageref: string): HarEntry {
  const { response } = exchange;
  const timings = timingsOf(exchange);
  return {
    pageref,
    startedDateTime: new Date(exchange.startedAt).toISOString(),
    time: Object.entries(timings).reduce((sum, [name, ms]) => (name === 'ssl' || ms < 0 ? sum : sum + ms), 0),
    request: requestOf(exchange),
    response: responseOf(exchange),
    cache: {},
    timings,
    ...(response?.remoteAddress ? { serverIPAddress: response.remoteAddress } : {}),
    ...(response?.remotePort === undefined ? {} : { connection: String(response.remotePort) }),
    _exchange: exchange.id,
    _resourceType: exchange.resourceType,
    _outcome: exchange.outcome,
    ...(exchange.error === undefined ? {} : { _error: exchange.error }),
    ...(response === undefined ? {} : { _source: response.source, _headers: response.fidelity }),
    ...(response?.tls === undefined ? {} : { _tls: response.tls }),
    ...(exchange.frames.length === 0 ? {} : { _webSocketMessages: exchange.frames.map(messageOf) }),
  };
}

function requestOf(exchange: Exchange): HarEntry['request'] & Record<string, unknown> {
  const { method, url, response, requestHeaders, requestBody } = exchange;
  return {
    method,
    url,
    httpVersion: response?.protocol ?? '',
    cookies: [],
    headers: nameValues(requestHeaders),
    queryString: queryOf(url),
    headersSize: UNKNOWN,
    bodySize: requestBody?.bytes ?? (exchange.hasRequestBody ? UNKNOWN : 0),
    ...(requestBody === undefined
      ? {}
      : {
          postData: { mimeType: headerValue(requestHeaders, 'content-type'), text: '' },
          _bodySha256: requestBody.sha256,
        }),
  };
}

/** HAR 1.2 knows no absent response: status 0 and empty fields stand for it, as browsers write them. */
function responseOf(exchange: Exchange): HarEntry['response'] & Record<string, unknown> {
  const { response, body } = exchange;
  const shown: Pick<ExchangeResponse, 'status' | 'statusText' | 'protocol' | 'mediaType' | 'headers'> =
    response ?? { status: 0, statusText: '', protocol: '', mediaType: '', headers: [] };
  return {
    status: shown.status,
    statusText: shown.statusText,
    httpVersion: shown.protocol,
    cookies: [],
    headers: nameValues(shown.headers),
    content: {
      size: body?.bytes ?? 0,
      mimeType: shown.mediaType || 'x-unknown',
      _body: bodyState(exchange),
      ...(body === undefined ? {} : { _sha256: body.sha256 }),
    },
    redirectURL: exchange.outcome === 'redirected' ? headerValue(shown.headers, 'location') : '',
    headersSize: UNKNOWN,
    bodySize: exchange.encodedBytes ?? UNKNOWN,
  };
}

/** `send`, `wait` and `receive` are required and not negative (HAR 1.2, timings). */
function timingsOf({ response, receiveMs }: Exchange): Record<string, number> {
  const known = response?.timing ?? {};
  const optional = (name: string): number => known[name] ?? UNKNOWN;
  return {
    blocked: optional('blocked'),
    dns: optional('dns'),
    connect: optional('connect'),
    ssl: optional('ssl'),
    send: Math.max(0, known.send ?? 0),
    wait: Math.max(0, known.wait ?? 0),
    receive: Math.max(0, receiveMs ?? 0),
  };
}

function messageOf({ at, direction, opcode, payload }: Exchange['frames'][number]): object {
  return { type: direction === 'sent' ? 'send' : 'receive', time: at / 1000, opcode, data: payload };
}

function nameValues(headers: HeaderList): NameValue[] {
  return headers.map(([name, value]) => ({ name, value }));
}

function headerValue(headers: HeaderList, name: string): string {
  return headers.find(([candidate]) => candidate.toLowerCase() === name)?.[1] ?? '';
}

function queryOf(url: string): NameValue[] {
  const query = URL.canParse(url) ? new URL(url).search.slice(1) : '';
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const cut = pair.indexOf('=');
      return cut < 0 ? { name: pair, value: '' } : { name: pair.slice(0, cut), value: pair.slice(cut + 1) };
    });
}
