import type { WebRequest } from 'webextension-polyfill';
import type { HeaderList } from '#shared/warc/engine-event';

/** Firefox joins the lines of a header that may repeat by LF. */
export function headersOf(headers: WebRequest.HttpHeaders | undefined): HeaderList {
  return (headers ?? []).flatMap(({ name, value = '' }) =>
    value.split('\n').map((line) => [name, line] as const),
  );
}

/** `OK` of `HTTP/1.1 200 OK`. */
export function statusTextOf(statusLine: string): string {
  return statusLine.split(' ').slice(2).join(' ');
}
