import type { NotCaptured } from '#shared/artefact/not-captured';

/**
 * What a capture engine (chrome.debugger, webRequest) observed, append-only and JSON. WARC, HAR, ledger and
 * capture record are pure reducers over a list of these; a recorded list is a test fixture.
 *
 * `at` is UTC ms by the device clock, `mono` monotonic ms, `request` identifies one hop of one exchange:
 * a redirect gives each hop its own id (`<engine id>#<hop>`). Header names keep the engine's spelling.
 */
export type EngineEvent = { readonly at: number; readonly mono: number } & (
  | RequestSent
  | RequestHeaders
  | RequestBodyStored
  | ResponseReceived
  | ResponseHeaders
  | BodyStored
  | RequestFailed
  | RequestFinished
  | WebSocketFrame
  | Omission
);

/** A header as sent; a name may repeat. */
export type HeaderList = readonly (readonly [name: string, value: string])[];

interface RequestSent {
  readonly type: 'request-sent';
  readonly request: string;
  readonly url: string;
  readonly method: string;
  /** `document`, `image`, `xhr`, … lower-case engine resource type. */
  readonly resourceType: string;
  readonly headers: HeaderList;
  /** `page`, `frame` or `worker` target the request came from. */
  readonly target: string;
  readonly frame?: string;
  /** UTC ms at which the engine says the request was made. */
  readonly wallTime: number;
  readonly hasBody: boolean;
}

/** Headers as they went over the wire, when the engine tells them. Replace those of `request-sent`. */
interface RequestHeaders {
  readonly type: 'request-headers';
  readonly request: string;
  readonly headers: HeaderList;
}

/** The request's own body lies in the body store; only when the case allows it. */
interface RequestBodyStored {
  readonly type: 'request-body-stored';
  readonly request: string;
  /** Id in the body store. */
  readonly body: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface ResponseReceived {
  readonly type: 'response-received';
  readonly request: string;
  readonly url: string;
  readonly status: number;
  readonly statusText: string;
  /** `http/1.1`, `h2`, `h3`, `data`, … */
  readonly protocol: string;
  readonly mediaType: string;
  readonly headers: HeaderList;
  readonly remoteAddress?: string;
  readonly remotePort?: number;
  readonly fromCache: boolean;
  readonly fromServiceWorker: boolean;
  readonly tls?: TlsParameters;
  /** Resource-timing milliseconds relative to the request, HAR names. */
  readonly timing?: Readonly<Record<string, number>>;
  /** Set when this response redirected to the next hop; such a response has no body. */
  readonly redirect: boolean;
}

export interface TlsParameters {
  readonly protocol: string;
  readonly cipher: string;
  readonly keyExchange: string;
  readonly subject: string;
  readonly issuer: string;
  readonly validFrom: number;
  readonly validTo: number;
}

/** Status line and headers exactly as received (`raw`), when the engine tells them. */
export interface ResponseHeaders {
  readonly type: 'response-headers';
  readonly request: string;
  readonly status: number;
  readonly headers: HeaderList;
  /** The raw header block, when the engine has it (HTTP/1 only). */
  readonly text?: string;
}

/** The bytes lie in the body store under `body`. */
interface BodyStored {
  readonly type: 'body-stored';
  readonly request: string;
  /** Id in the body store. */
  readonly body: string;
  readonly bytes: number;
  readonly sha256: string;
  /** `exact`: as after content-decoding; `decoded-text`: re-encoded UTF-8 of text the engine decoded. */
  readonly fidelity: 'exact' | 'decoded-text';
}

interface RequestFailed {
  readonly type: 'request-failed';
  readonly request: string;
  readonly error: string;
  readonly cancelled: boolean;
  readonly blocked: boolean;
}

interface RequestFinished {
  readonly type: 'request-finished';
  readonly request: string;
  /** Bytes on the wire, as the engine counts them. */
  readonly encodedBytes: number;
  /** Ms from the end of the response headers to the last byte, when the engine tells. */
  readonly receiveMs?: number;
}

interface WebSocketFrame {
  readonly type: 'websocket-frame';
  readonly request: string;
  readonly url: string;
  readonly direction: 'sent' | 'received';
  readonly opcode: number;
  /** Text, or base64 when `opcode` is 2. */
  readonly payload: string;
}

/** Something the engine itself knows to be missing. */
interface Omission {
  readonly type: 'omission';
  readonly omission: NotCaptured;
  readonly request?: string;
}
