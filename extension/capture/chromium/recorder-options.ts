import type { CdpResponse } from './cdp.ts';

/** How much a `NetworkRecorder` keeps, and what it is to know of interception. */
export interface RecorderOptions {
  /** Larger bodies are not fetched; bytes on the wire. */
  readonly bodyLimit: number;
  /** Whether the bodies of requests may be stored. */
  readonly requestBodies: boolean;
  /** What a response was before interception changed it for the browser. */
  readonly original?: (requestId: string, seen: CdpResponse) => CdpResponse;
}

/** The last word on a URL so far. */
export interface Answer {
  readonly failed: boolean;
  readonly status: number;
  readonly mediaType: string;
}
