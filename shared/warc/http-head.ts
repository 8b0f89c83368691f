import type { HeaderList } from './engine-event.ts';

/**
 * Start line, headers and the empty line of an HTTP message, as the block of a WARC record begins. Messages of
 * HTTP/2 and 3 are written in HTTP/1.1 form, which is what readers parse; `WARC-Protocol` keeps the real one.
 */

/** Headers that describe an encoding the stored body no longer has. Readers would decode it twice. */
const encodingHeaders = new Set(['content-encoding', 'transfer-encoding']);

type Field = HeaderList[number];

export interface ResponseHead {
  readonly status: number;
  readonly statusText: string;
  readonly headers: HeaderList;
  /** Length of the body as it is stored, after content-decoding. */
  readonly bodyLength: number;
}

/**
 * Head of a response whose body is stored content-decoded: `Content-Encoding`, `Transfer-Encoding` and a
 * `Content-Length` that no longer fits are kept under `x-orig-…`.
 */
export function responseHead({ status, statusText, headers, bodyLength }: ResponseHead): string {
  const kept = fieldLines(headers).map(([name, value]): Field => {
    const lower = name.toLowerCase();
    const stale = lower === 'content-length' && value !== String(bodyLength);
    return stale || encodingHeaders.has(lower) ? [`x-orig-${lower}`, value] : [name, value];
  });
  return head(`HTTP/1.1 ${String(status).padStart(3, '0')} ${oneLine(statusText)}`, kept);
}

export interface RequestHead {
  readonly method: string;
  readonly url: string;
  readonly headers: HeaderList;
}

/**
 * Head of a request, absolute-form where the URL cannot be taken apart; pseudo-headers of HTTP/2 are left out, their
 * authority becomes `Host` (RFC 9113 §8.3.1).
 */
export function requestHead({ method, url, headers }: RequestHead): string {
  const kept = fieldLines(headers);
  if (!URL.canParse(url)) return head(`${method} ${oneLine(url).replaceAll(' ', '%20')} HTTP/1.1`, kept);
  const { pathname, search, host } = new URL(url);
  const hasHost = kept.some(([name]) => name.toLowerCase() === 'host');
  return head(`${method} ${pathname}${search} HTTP/1.1`, hasHost ? kept : [['Host', host], ...kept]);
}

function head(startLine: string, fields: readonly Field[]): string {
  return [startLine, ...fields.map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n');
}

/** One line a header: the engine joins repeated headers by LF. Pseudo-headers are dropped. */
function fieldLines(headers: HeaderList): Field[] {
  return headers
    .filter(([name]) => name !== '' && !name.startsWith(':'))
    .flatMap(([name, value]) => value.split('\n').map((line): Field => [fieldName(name), oneLine(line)]));
}

/** Characters that are no token (RFC 9110 §5.6.2) are percent-encoded, so that the line stays a header. */
function fieldName(name: string): string {
  return name.replaceAll(/[^!#$%&'*+.^_`|~0-9A-Za-z-]+/g, encodeURIComponent);
}

/** RFC 9110 §5.5: a recipient of CR, LF or NUL within a field value replaces it with SP. */
function oneLine(value: string): string {
  return [...value].map((character) => (['\r', '\n', '\0'].includes(character) ? ' ' : character)).join('');
}
