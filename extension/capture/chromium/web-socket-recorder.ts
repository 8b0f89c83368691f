import type { UnstampedEvent } from './body-collector.ts';
import type { WebSocketMessage } from './cdp.ts';
import type { TabEvent } from './debugger-tab.ts';
import { headerList, rawHeaderList } from './header-list.ts';

/** Turns the events of WebSockets into engine events; handshake and messages form one exchange. */
export class WebSocketRecorder {
  readonly #urls = new Map<string, string>();
  readonly #emit: (event: UnstampedEvent) => void;

  constructor(emit: (event: UnstampedEvent) => void) {
    this.#emit = emit;
  }

  /** Events of other kinds are ignored. */
  observe({ method, params, session }: TabEvent): void {
    switch (method) {
      case 'Network.webSocketCreated':
        this.#urls.set(params.requestId, params.url);
        break;
      case 'Network.webSocketWillSendHandshakeRequest':
        this.#known(params, (request, url) =>
          this.#emit({
            type: 'request-sent',
            request,
            url,
            method: 'GET',
            resourceType: 'websocket',
            headers: headerList(params.request.headers),
            target: session === undefined ? 'page' : 'frame',
            wallTime: Math.round(params.wallTime * 1000),
            hasBody: false,
          }),
        );
        break;
      case 'Network.webSocketHandshakeResponseReceived':
        this.#known(params, (request, url) => {
          const { status, statusText, headers, headersText } = params.response;
          const raw = headersText === undefined ? undefined : rawHeaderList(headersText, headers);
          this.#emit({
            type: 'response-received',
            request,
            url,
            status,
            statusText,
            protocol: 'http/1.1',
            mediaType: '',
            headers: raw ?? headerList(headers),
            fromCache: false,
            fromServiceWorker: false,
            redirect: false,
          });
          if (raw !== undefined && headersText !== undefined)
            this.#emit({ type: 'response-headers', request, status, headers: raw, text: headersText });
        });
        break;
      case 'Network.webSocketFrameSent':
        this.#message(params, 'sent');
        break;
      case 'Network.webSocketFrameReceived':
        this.#message(params, 'received');
        break;
      case 'Network.webSocketClosed':
        this.#known(params, (request) => {
          this.#emit({ type: 'request-finished', request, encodedBytes: 0 });
          this.#urls.delete(params.requestId);
        });
        break;
      default:
        break;
    }
  }

  #message(params: WebSocketMessage, direction: 'sent' | 'received'): void {
    this.#known(params, (request, url) => {
      const { opcode, payloadData: payload } = params.response;
      this.#emit({ type: 'websocket-frame', request, url, direction, opcode, payload });
    });
  }

  #known({ requestId }: { requestId: string }, act: (request: string, url: string) => void): void {
    const url = this.#urls.get(requestId);
    if (url !== undefined) act(`${requestId}#0`, url);
  }
}
