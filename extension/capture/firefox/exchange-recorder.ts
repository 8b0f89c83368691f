import browser, { type WebRequest } from 'webextension-polyfill';
import { concatBytes } from '#shared/lib/concat-bytes';
import type { EngineEvent, TlsParameters } from '#shared/warc/engine-event';
import type { CaptureSink } from '../engine.ts';
import { headersOf, statusTextOf } from './response-head.ts';
import { tlsParameters } from './tls-parameters.ts';

type Unstamped<Event> = Event extends EngineEvent ? Omit<Event, 'at' | 'mono'> : never;

/** One hop under way: Firefox reuses the id of a request for the hop a redirect leads to. */
interface Hop {
  readonly id: string;
  readonly url: string;
  tls?: TlsParameters;
}

/**
 * Turns webRequest of one tab into engine events. Each hop gets a stream filter of its own; what it gives are the bytes
 * after content-decoding, as the page gets them.
 */
export class ExchangeRecorder {
  readonly #tabId: number;
  readonly #sink: CaptureSink;
  readonly #bodyLimit: number;
  readonly #hops = new Map<string, Hop>();
  readonly #count = new Map<string, number>();
  readonly #storing = new Set<Promise<void>>();
  #lastChange = performance.now();
  #failure: { readonly error: unknown } | undefined;

  constructor(tabId: number, sink: CaptureSink, bodyLimit: number) {
    this.#tabId = tabId;
    this.#sink = sink;
    this.#bodyLimit = bodyLimit;
  }

  /** Begins to listen; nothing that follows is missed. */
  open(): void {
    const filter: WebRequest.RequestFilter = { urls: ['<all_urls>'], tabId: this.#tabId };
    const { webRequest } = browser;
    webRequest.onBeforeRequest.addListener(this.#begun, filter, ['blocking']);
    webRequest.onSendHeaders.addListener(this.#sent, filter, ['requestHeaders']);
    webRequest.onHeadersReceived.addListener(this.#secured, filter, ['blocking', 'responseHeaders']);
    webRequest.onBeforeRedirect.addListener(this.#redirected, filter, ['responseHeaders']);
    webRequest.onResponseStarted.addListener(this.#answered, filter, ['responseHeaders']);
    webRequest.onCompleted.addListener(this.#completed, filter);
    webRequest.onErrorOccurred.addListener(this.#failed, filter);
  }

  /** Ms since anything happened; 0 while a request is under way. */
  get quietMs(): number {
    return this.#hops.size > 0 ? 0 : performance.now() - this.#lastChange;
  }

  /** Stops listening and waits for the bodies that are being stored. @throws the first failure to store one */
  async close(): Promise<void> {
    const { webRequest } = browser;
    webRequest.onBeforeRequest.removeListener(this.#begun);
    webRequest.onSendHeaders.removeListener(this.#sent);
    webRequest.onHeadersReceived.removeListener(this.#secured);
    webRequest.onBeforeRedirect.removeListener(this.#redirected);
    webRequest.onResponseStarted.removeListener(this.#answered);
    webRequest.onCompleted.removeListener(this.#completed);
    webRequest.onErrorOccurred.removeListener(this.#failed);
    await Promise.all(this.#storing);
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  readonly #begun = (details: WebRequest.OnBeforeRequestDetailsType): WebRequest.BlockingResponse => {
    const { requestId, url, method, type, timeStamp } = details;
    const n = this.#count.get(requestId) ?? 0;
    this.#count.set(requestId, n + 1);
    const hop: Hop = { id: `${requestId}#${n}`, url };
    this.#hops.set(requestId, hop);
    this.#emit({
      type: 'request-sent',
      request: hop.id,
      url,
      method,
      resourceType: resourceTypes[type] ?? type.replaceAll('_', '-'),
      headers: [],
      target: details.frameId === 0 ? 'page' : 'frame',
      frame: String(details.frameId),
      wallTime: Math.round(timeStamp),
      hasBody: !['GET', 'HEAD'].includes(method),
    });
    this.#readBody(requestId, hop);
    return {};
  };

  #readBody(requestId: string, hop: Hop): void {
    const filter = browser.webRequest.filterResponseData(requestId);
    let parts: Uint8Array<ArrayBuffer>[] = [];
    let bytes = 0;
    filter.ondata = ({ data }) => {
      bytes += data.byteLength;
      if (bytes <= this.#bodyLimit) parts.push(new Uint8Array(data));
      else parts = [];
      filter.write(data);
    };
    filter.onstop = () => {
      filter.close();
      if (bytes <= this.#bodyLimit) this.#store(hop, concatBytes(...parts));
      else {
        const detail = `${bytes} bytes, limit ${this.#bodyLimit}`;
        const omission = { what: 'resource', reason: 'too-large', url: hop.url, detail } as const;
        this.#emit({ type: 'omission', request: hop.id, omission });
      }
    };
    // A redirect or a service worker ends the filter of its hop; the next hop has its own.
    filter.onerror = () => undefined;
  }

  #store(hop: Hop, bytes: Uint8Array<ArrayBuffer>): void {
    const stored = this.#sink
      .body(bytes)
      .then((body) => this.#emit({ type: 'body-stored', request: hop.id, ...body, fidelity: 'exact' }))
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#storing.delete(stored));
    this.#storing.add(stored);
  }

  readonly #sent = ({ requestId, requestHeaders }: WebRequest.OnSendHeadersDetailsType): void => {
    const hop = this.#hops.get(requestId);
    if (hop !== undefined)
      this.#emit({ type: 'request-headers', request: hop.id, headers: headersOf(requestHeaders) });
  };

  readonly #secured = async ({
    requestId,
  }: WebRequest.OnHeadersReceivedDetailsType): Promise<WebRequest.BlockingResponse> => {
    const hop = this.#hops.get(requestId);
    const info = await browser.webRequest.getSecurityInfo(requestId, {}).catch(() => undefined);
    const tls = info === undefined ? undefined : tlsParameters(info);
    if (hop !== undefined && tls !== undefined) hop.tls = tls;
    return {};
  };

  readonly #redirected = (details: WebRequest.OnBeforeRedirectDetailsType): void => {
    this.#response(details, true);
    this.#hops.delete(details.requestId);
  };

  readonly #answered = (details: WebRequest.OnResponseStartedDetailsType): void => {
    this.#response(details, false);
  };

  #response(
    details: WebRequest.OnResponseStartedDetailsType | WebRequest.OnBeforeRedirectDetailsType,
    redirect: boolean,
  ): void {
    const hop = this.#hops.get(details.requestId);
    if (hop === undefined) return;
    const headers = headersOf(details.responseHeaders);
    const mediaType = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
    this.#emit({
      type: 'response-received',
      request: hop.id,
      url: details.url,
      status: details.statusCode,
      statusText: statusTextOf(details.statusLine),
      protocol: details.statusLine.split(' ')[0]?.toLowerCase() ?? '',
      mediaType: mediaType.split(';')[0]?.trim() ?? '',
      headers,
      ...(details.ip ? { remoteAddress: details.ip } : {}),
      fromCache: details.fromCache,
      fromServiceWorker: false,
      ...(hop.tls === undefined ? {} : { tls: hop.tls }),
      redirect,
    });
  }

  readonly #completed = ({ requestId, responseSize }: WebRequest.OnCompletedDetailsType): void => {
    const hop = this.#hops.get(requestId);
    if (hop === undefined) return;
    this.#hops.delete(requestId);
    // Zero while a filter is attached (measured): Firefox tells no length on the wire then.
    this.#emit({ type: 'request-finished', request: hop.id, encodedBytes: responseSize ?? 0 });
  };

  readonly #failed = ({ requestId, error }: WebRequest.OnErrorOccurredDetailsType): void => {
    const hop = this.#hops.get(requestId);
    if (hop === undefined) return;
    this.#hops.delete(requestId);
    const cancelled = error === 'NS_BINDING_ABORTED';
    const blocked = /BLOCKED|NS_ERROR_DOM_BAD_URI|CORS/.test(error);
    this.#emit({ type: 'request-failed', request: hop.id, error, cancelled, blocked });
  };

  #emit(event: Unstamped<EngineEvent>): void {
    this.#lastChange = performance.now();
    this.#sink.event({ at: Date.now(), mono: performance.now(), ...event });
  }
}

/** Firefox' names, in the words of the other engine. */
const resourceTypes: Readonly<Record<string, string>> = {
  main_frame: 'document',
  sub_frame: 'document',
  xmlhttprequest: 'xhr',
  imageset: 'image',
};
