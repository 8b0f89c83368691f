import type { NotCaptured } from '#shared/artefact/not-captured';
import type { HeaderList, TlsParameters } from './engine-event.ts';

/**
 * One hop: one request and what came of it, put together from engine events. A redirect chain is several
 * exchanges, in order.
 */
export interface Exchange {
  /** `<engine id>#<hop>`; also printed in WARC (`X-Evidence-Exchange`), HAR (`_exchange`) and redactions. */
  readonly id: string;
  readonly url: string;
  readonly method: string;
  /** Lower-case engine resource type: `document`, `image`, `xhr`, `websocket`, … */
  readonly resourceType: string;
  readonly target: string;
  readonly frame?: string;
  /** UTC ms at which the request was made, by the engine; the device clock where the engine did not say. */
  readonly startedAt: number;
  /** UTC ms at which it ended in whatever way. */
  readonly endedAt?: number;
  /** `false` when the request had been sent before the engine listened: then method and headers are unknown. */
  readonly requestSeen: boolean;
  readonly requestHeaders: HeaderList;
  /** Whether the request carried a body, stored or not. */
  readonly hasRequestBody: boolean;
  readonly requestBody?: StoredBody;
  readonly response?: ExchangeResponse;
  readonly body?: StoredBody & { readonly fidelity: 'exact' | 'decoded-text' };
  readonly outcome: ExchangeOutcome;
  /** The engine's words for a failure, e.g. `net::ERR_CONNECTION_REFUSED`. */
  readonly error?: string;
  readonly encodedBytes?: number;
  /** Ms from the end of the response headers to the last byte. */
  readonly receiveMs?: number;
  readonly frames: readonly ExchangeFrame[];
  /** Why the body is not there, when the engine knows. */
  readonly omission?: NotCaptured;
}

/**
 * `complete`: the last byte arrived. `redirected`: the next hop follows. `open`: neither end nor failure was seen
 * before the capture closed.
 */
export type ExchangeOutcome = 'complete' | 'redirected' | 'failed' | 'cancelled' | 'blocked' | 'open';

/** A body in the body store. */
export interface StoredBody {
  readonly body: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface ExchangeResponse {
  readonly status: number;
  readonly statusText: string;
  readonly protocol: string;
  readonly mediaType: string;
  readonly headers: HeaderList;
  /** `raw`: names, values and order as received. `reconstructed`: from the engine's parsed form. */
  readonly fidelity: 'raw' | 'reconstructed';
  readonly source: 'network' | 'cache' | 'service-worker';
  readonly remoteAddress?: string;
  readonly remotePort?: number;
  readonly tls?: TlsParameters;
  readonly timing?: Readonly<Record<string, number>>;
}

/** One WebSocket message. */
export interface ExchangeFrame {
  /** UTC ms. */
  readonly at: number;
  readonly direction: 'sent' | 'received';
  readonly opcode: number;
  /** Text, or base64 when `opcode` is 2. */
  readonly payload: string;
}
