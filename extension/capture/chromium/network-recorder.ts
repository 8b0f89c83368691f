import { base64Bytes } from '../base64-bytes.ts';
import type { CaptureSink, StoredBody } from '../engine.ts';
import { BodyCollector, type UnstampedEvent } from './body-collector.ts';
import type { CdpEvents, EncodedBody } from './cdp.ts';
import { CommandError } from './command-error.ts';
import type { DebuggerTab, TabEvent } from './debugger-tab.ts';
import { ExtraInfoMatcher } from './extra-info-matcher.ts';
import { headerList, rawHeaderList } from './header-list.ts';
import { hasBody, type LiveRequest } from './live-request.ts';
import { isProvenExact } from './proven-exact.ts';
import type { Answer, RecorderOptions } from './recorder-options.ts';
import { responseEvent } from './response-event.ts';
import { WebSocketRecorder } from './web-socket-recorder.ts';

/** Schemes that carry the document's own content, not something fetched. */
const unrecorded = /^(?:data|about|javascript):/i;
const BODY_TIMEOUT = 15_000;

/**
 * Turns the network events of all targets of a tab into engine events, and sees to the bodies. Request ids are unique
 * over all targets of a tab, and a request may begin in the session of the page and end in that of a frame.
 */
export class NetworkRecorder {
  readonly #tab: DebuggerTab;
  readonly #sink: Pick<CaptureSink, 'event' | 'body' | 'omission'>;
  readonly #options: RecorderOptions;
  readonly #matcher = new ExtraInfoMatcher();
  readonly #bodies: BodyCollector;
  readonly #sockets = new WebSocketRecorder((event) => this.#emit(event));
  readonly #live = new Map<string, LiveRequest>();
  readonly #fromCache = new Set<string>();
  readonly #kept = new Map<string, StoredBody>();
  readonly #answers = new Map<string, Answer>();
  #withheld = 0;
  #recorded = 0;

  constructor(
    tab: DebuggerTab,
    sink: Pick<CaptureSink, 'event' | 'body' | 'omission'>,
    options: RecorderOptions,
  ) {
    this.#tab = tab;
    this.#sink = sink;
    this.#options = options;
    this.#bodies = new BodyCollector({
      store: (bytes) => sink.body(bytes),
      emit: (event) => this.#emit(event),
    });
    tab.listen((event) => this.#observe(event));
  }

  /** Number of requests recorded so far. */
  get recorded(): number {
    return this.#recorded;
  }

  /** What came of the last request for `url`; undefined when there was none or it is under way. */
  answerTo(url: string): Answer | undefined {
    return this.#answers.get(url);
  }

  /** Takes the exact bytes that interception read before the page got them. */
  exactBody(networkId: string, body: EncodedBody): void {
    const request = this.#matcher.current(networkId);
    const live = this.#live.get(networkId);
    if (request === undefined || live === undefined) return;
    this.#bodies.collect({
      request,
      url: live.url,
      size: body.body.length,
      read: () => Promise.resolve(body),
      isExact: () => body.base64Encoded,
    });
  }

  /** The exact body of a response is stored already; however the browser ends the request, it came to its end. */
  keep(networkId: string, stored: StoredBody): void {
    const request = this.#matcher.current(networkId);
    if (request === undefined) return;
    this.#kept.set(networkId, stored);
    this.#emit({ type: 'body-stored', request, ...stored, fidelity: 'exact' });
  }

  /** Nothing further will be recorded: stores what is under way and states what was withheld. */
  async close(): Promise<void> {
    for (const networkId of this.#kept.keys()) this.#endKept(networkId);
    this.#matcher.flush();
    await this.#bodies.drain();
    const detail = `${this.#withheld} requests with a body`;
    if (this.#withheld > 0) this.#sink.omission({ what: 'request-body', reason: 'withheld', detail });
  }

  #observe(event: TabEvent): void {
    const { method, params, session } = event;
    switch (method) {
      case 'Network.requestWillBeSent':
        this.#requestSent(params, session);
        break;
      case 'Network.requestWillBeSentExtraInfo':
        this.#matcher.extraInfo(params.requestId, 'sent', (request) =>
          this.#emit({ type: 'request-headers', request, headers: headerList(params.headers) }),
        );
        break;
      case 'Network.requestServedFromCache':
        this.#fromCache.add(params.requestId);
        break;
      case 'Network.responseReceived':
        this.#responseReceived(params);
        break;
      case 'Network.responseReceivedExtraInfo':
        this.#responseHeaders(params);
        break;
      case 'Network.dataReceived': {
        const live = this.#live.get(params.requestId);
        if (live !== undefined) live.received += params.dataLength;
        break;
      }
      case 'Network.loadingFinished':
        this.#finished(params, session);
        break;
      case 'Network.loadingFailed':
        this.#failed(params);
        break;
      default:
        this.#sockets.observe(event);
        break;
    }
  }

  #requestSent(params: CdpEvents['Network.requestWillBeSent'], session: string | undefined): void {
    const { requestId, request, type = 'Other', redirectResponse, frameId } = params;
    if (unrecorded.test(request.url)) return;
    const previous = this.#matcher.current(requestId);
    if (previous !== undefined && redirectResponse !== undefined)
      this.#emit(responseEvent(previous, redirectResponse, { redirect: true, fromCache: false }));
    const hop = this.#matcher.begin(requestId, params.redirectHasExtraInfo);
    const { url, method } = request;
    const asked = [...(this.#live.get(requestId)?.asked ?? []), url];
    this.#live.set(requestId, { url, asked, method, type, session, received: 0 });
    this.#recorded++;
    this.#emit({
      type: 'request-sent',
      request: hop,
      url,
      method,
      resourceType: type.toLowerCase(),
      headers: headerList(request.headers),
      target: session === undefined ? 'page' : frameId === undefined ? 'worker' : 'frame',
      ...(frameId === undefined ? {} : { frame: frameId }),
      wallTime: Math.round(params.wallTime * 1000),
      hasBody: request.hasPostData === true,
    });
    if (request.hasPostData === true) this.#requestBody(hop, params, session);
  }

  #requestBody(
    hop: string,
    { requestId, request }: CdpEvents['Network.requestWillBeSent'],
    session: string | undefined,
  ): void {
    if (!this.#options.requestBodies) {
      this.#withheld++;
      return;
    }
    const send = this.#tab.target(session);
    const read = async () => {
      const { postData, base64Encoded } = await send('Network.getRequestPostData', { requestId });
      return base64Encoded ? base64Bytes(postData) : new TextEncoder().encode(postData);
    };
    void this.#bodies.collectRequestBody(hop, read).then((stored) => {
      if (!stored) this.#sink.omission({ what: 'request-body', reason: 'body-failed', url: request.url });
    });
  }

  #responseReceived(params: CdpEvents['Network.responseReceived']): void {
    const { requestId } = params;
    const response = this.#options.original?.(requestId, params.response) ?? params.response;
    const request = this.#matcher.current(requestId);
    const live = this.#live.get(requestId);
    if (request === undefined || live === undefined) return;
    live.response = response;
    const fromCache = this.#fromCache.has(requestId);
    this.#emit(responseEvent(request, response, { redirect: false, fromCache }));
    this.#matcher.answered(requestId, params.hasExtraInfo === true);
  }

  #responseHeaders(params: CdpEvents['Network.responseReceivedExtraInfo']): void {
    const { headersText, headers, statusCode } = params;
    const raw = headersText === undefined ? undefined : rawHeaderList(headersText, headers);
    this.#matcher.extraInfo(params.requestId, 'received', (request) =>
      this.#emit({
        type: 'response-headers',
        request,
        status: statusCode,
        headers: raw ?? headerList(headers),
        ...(raw === undefined || headersText === undefined ? {} : { text: headersText }),
      }),
    );
  }

  #finished(params: CdpEvents['Network.loadingFinished'], session: string | undefined): void {
    const { requestId, encodedDataLength, timestamp } = params;
    if (this.#endKept(requestId)) return;
    const request = this.#matcher.current(requestId);
    const live = this.#live.get(requestId);
    if (request === undefined || live === undefined) return;
    const { response } = live;
    const timing = response?.timing;
    const headersAt = timing === undefined ? undefined : timing.requestTime + timing.receiveHeadersEnd / 1000;
    this.#emit({
      type: 'request-finished',
      request,
      encodedBytes: Math.max(0, Math.round(encodedDataLength)),
      ...(headersAt === undefined || timestamp < headersAt
        ? {}
        : { receiveMs: Math.round((timestamp - headersAt) * 1e6) / 1000 }),
    });
    this.#matcher.answered(requestId, true);
    const { status = 0, mimeType = '' } = response ?? {};
    this.#answered(live, { failed: false, status, mediaType: mimeType });
    this.#live.delete(requestId);
    if (hasBody(live)) this.#collect(request, requestId, live, encodedDataLength, session);
  }

  #collect(
    request: string,
    requestId: string,
    live: LiveRequest,
    wireBytes: number,
    session: string | undefined,
  ): void {
    const { url, received } = live;
    if (wireBytes > this.#options.bodyLimit) {
      const detail = `${wireBytes} bytes on the wire, limit ${this.#options.bodyLimit}`;
      const omission = { what: 'resource', reason: 'too-large', url, detail } as const;
      this.#emit({ type: 'omission', request, omission });
      return;
    }
    const sessions = session === live.session ? [session] : [session, live.session];
    this.#bodies.collect({
      request,
      url,
      size: Math.max(wireBytes, received),
      read: async () => {
        const answer = await this.#readBody(requestId, sessions);
        // Measured: of a picture it could not decode the browser gives an empty body.
        if (answer.body === '' && received > 0)
          throw new CommandError('REFUSED', `evicted: an empty body of ${received} bytes received`);
        return answer;
      },
      isExact: (text) => isProvenExact(text, received),
    });
  }

  /** The session in which a request ended knows its body; where that is not so, the one in which it began. */
  async #readBody(requestId: string, sessions: readonly (string | undefined)[]): Promise<EncodedBody> {
    let refusal: unknown;
    for (const session of sessions) {
      try {
        return await this.#tab.target(session)('Network.getResponseBody', { requestId }, BODY_TIMEOUT);
      } catch (error) {
        if (!(error instanceof CommandError)) throw error;
        refusal ??= error;
      }
    }
    throw refusal;
  }

  #failed(params: CdpEvents['Network.loadingFailed']): void {
    const { requestId, errorText, canceled, blockedReason, corsErrorStatus } = params;
    if (this.#endKept(requestId)) return;
    const request = this.#matcher.current(requestId);
    const live = this.#live.get(requestId);
    if (request === undefined || live === undefined) return;
    const error = [errorText, blockedReason, corsErrorStatus?.corsError].filter(Boolean).join(' ');
    const blocked = blockedReason !== undefined || corsErrorStatus !== undefined;
    this.#emit({ type: 'request-failed', request, error, cancelled: canceled === true, blocked });
    this.#answered(live, { failed: true, status: live.response?.status ?? 0, mediaType: '' });
    this.#live.delete(requestId);
  }

  #endKept(networkId: string): boolean {
    const stored = this.#kept.get(networkId);
    const request = this.#matcher.current(networkId);
    if (stored === undefined || request === undefined) return false;
    this.#kept.delete(networkId);
    this.#emit({ type: 'request-finished', request, encodedBytes: stored.bytes });
    this.#matcher.answered(networkId, true);
    this.#live.delete(networkId);
    return true;
  }

  #answered({ asked }: LiveRequest, answer: Answer): void {
    for (const url of asked) this.#answers.set(url, answer);
  }

  #emit(event: UnstampedEvent): void {
    this.#sink.event({ at: Date.now(), mono: performance.now(), ...event });
  }
}
