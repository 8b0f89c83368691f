import type { NotCaptured } from '#shared/artefact/not-captured';
import type { EngineEvent, HeaderList, ResponseHeaders, ResponseReceived } from './engine-event.ts';
import type { Exchange, ExchangeFrame, ExchangeOutcome, ExchangeResponse } from './exchange.ts';

type EventOf<Type extends EngineEvent['type']> = Extract<EngineEvent, { type: Type }>;

/** Everything said about one request id, in whatever order it was said. */
interface Gathered {
  sent?: EventOf<'request-sent'>;
  headers?: HeaderList;
  requestBody?: EventOf<'request-body-stored'>;
  received?: EventOf<'response-received'>;
  wire?: EventOf<'response-headers'>;
  body?: EventOf<'body-stored'>;
  failed?: EventOf<'request-failed'>;
  finished?: EventOf<'request-finished'>;
  frames: ExchangeFrame[];
  omission?: NotCaptured;
}

/**
 * Puts engine events together, one exchange a request id, in the order in which the ids first appear.
 * Headers told apart from their request or response are merged whichever came first. Events of an id of which
 * neither request nor response was ever seen yield nothing: there is no URL to speak of.
 */
export function reduceExchanges(events: Iterable<EngineEvent>): Exchange[] {
  const gathered = new Map<string, Gathered>();
  for (const event of events) {
    if (event.request === undefined) continue;
    const known = gathered.get(event.request);
    const exchange: Gathered = known ?? { frames: [] };
    if (known === undefined) gathered.set(event.request, exchange);
    gather(exchange, event);
  }
  return [...gathered].flatMap(([id, exchange]) => toExchange(id, exchange) ?? []);
}

function gather(exchange: Gathered, event: EngineEvent): void {
  switch (event.type) {
    case 'request-sent':
      exchange.sent = event;
      break;
    case 'request-headers':
      exchange.headers = event.headers;
      break;
    case 'request-body-stored':
      exchange.requestBody = event;
      break;
    case 'response-received':
      exchange.received = event;
      break;
    case 'response-headers':
      exchange.wire = event;
      break;
    case 'body-stored':
      exchange.body = event;
      break;
    case 'request-failed':
      exchange.failed = event;
      break;
    case 'request-finished':
      exchange.finished = event;
      break;
    case 'websocket-frame': {
      const { at, direction, opcode, payload } = event;
      exchange.frames.push({ at, direction, opcode, payload });
      break;
    }
    case 'omission':
      exchange.omission = event.omission;
      break;
  }
}

function toExchange(id: string, from: Gathered): Exchange | undefined {
  const { sent, received, body, requestBody } = from;
  const url = sent?.url ?? received?.url;
  if (url === undefined) return undefined;
  const response = responseOf(received, from.wire);
  const ended = from.failed?.at ?? from.finished?.at ?? (received?.redirect ? received.at : undefined);
  return {
    id,
    url,
    method: sent?.method ?? 'GET',
    resourceType: sent?.resourceType ?? 'other',
    target: sent?.target ?? 'page',
    startedAt: startOf(from),
    requestSeen: sent !== undefined,
    requestHeaders: from.headers ?? sent?.headers ?? [],
    hasRequestBody: sent?.hasBody ?? false,
    outcome: outcomeOf(from),
    frames: from.frames,
    ...(sent?.frame === undefined ? {} : { frame: sent.frame }),
    ...(ended === undefined ? {} : { endedAt: ended }),
    ...(requestBody === undefined ? {} : { requestBody: storedBody(requestBody) }),
    ...(response === undefined ? {} : { response }),
    ...(body === undefined ? {} : { body: { ...storedBody(body), fidelity: body.fidelity } }),
    ...(from.failed === undefined ? {} : { error: from.failed.error }),
    ...(from.finished === undefined ? {} : { encodedBytes: from.finished.encodedBytes }),
    ...(from.finished?.receiveMs === undefined ? {} : { receiveMs: from.finished.receiveMs }),
    ...(from.omission === undefined ? {} : { omission: from.omission }),
  };
}

function startOf({ sent, received, wire }: Gathered): number {
  const wallTime = sent?.wallTime ?? 0;
  return Math.round(wallTime > 0 ? wallTime : (sent?.at ?? received?.at ?? wire?.at ?? 0));
}

function storedBody(event: EventOf<'body-stored'> | EventOf<'request-body-stored'>): {
  body: string;
  bytes: number;
  sha256: string;
} {
  return { body: event.body, bytes: event.bytes, sha256: event.sha256 };
}

function outcomeOf({ received, failed, finished }: Gathered): ExchangeOutcome {
  if (received?.redirect) return 'redirected';
  if (failed !== undefined) return failed.blocked ? 'blocked' : failed.cancelled ? 'cancelled' : 'failed';
  return finished === undefined ? 'open' : 'complete';
}

/**
 * The wire headers win over the parsed ones, except after revalidation: there the wire said 304, and the headers and
 * body that the page got are those of the cache.
 */
function responseOf(
  received: ResponseReceived | undefined,
  wire: ResponseHeaders | undefined,
): ExchangeResponse | undefined {
  if (received === undefined) return wire === undefined ? undefined : refusedResponse(wire);
  const revalidated = wire !== undefined && wire.status === 304 && received.status !== 304;
  const shown = wire === undefined || revalidated ? undefined : wire;
  return {
    status: shown?.status ?? received.status,
    statusText: statusTextOf(shown) ?? received.statusText,
    protocol: received.protocol,
    mediaType: received.mediaType,
    headers: shown?.headers ?? received.headers,
    fidelity: shown?.text === undefined ? 'reconstructed' : 'raw',
    source: received.fromServiceWorker
      ? 'service-worker'
      : received.fromCache || revalidated
        ? 'cache'
        : 'network',
    ...(received.remoteAddress === undefined ? {} : { remoteAddress: received.remoteAddress }),
    ...(received.remotePort === undefined ? {} : { remotePort: received.remotePort }),
    ...(received.tls === undefined ? {} : { tls: received.tls }),
    ...(received.timing === undefined ? {} : { timing: received.timing }),
  };
}

/** Answered on the wire, but withheld from the page (CORS, ORB): the engine tells the headers only. */
function refusedResponse(wire: ResponseHeaders): ExchangeResponse {
  const mediaType = wire.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  return {
    status: wire.status,
    statusText: statusTextOf(wire) ?? '',
    protocol: wire.text === undefined ? '' : 'http/1.1',
    mediaType: mediaType.split(';', 1)[0]?.trim() ?? '',
    headers: wire.headers,
    fidelity: wire.text === undefined ? 'reconstructed' : 'raw',
    source: 'network',
  };
}

function statusTextOf(wire: ResponseHeaders | undefined): string | undefined {
  const line = wire?.text?.split(/\r?\n/, 1)[0];
  return line === undefined ? undefined : /^HTTP\/\S+ \d{3} ?(.*)$/.exec(line)?.[1]?.trim();
}
