import type { Sha256 } from '#shared/lib/sha256';

/** The body of a record: bytes at hand, or a reference into the body store that the serialiser resolves. */
export type WarcBody =
  | { readonly from: 'bytes'; readonly bytes: Uint8Array }
  | { readonly from: 'store'; readonly body: string; readonly bytes: number; readonly sha256: Sha256 };

/**
 * One WARC 1.1 record (ISO 28500) before serialisation: all of its meaning, none of its lengths and digests.
 *
 * The serialiser adds `WARC-Type`, `WARC-Record-ID`, `WARC-Date`, `WARC-Target-URI`, `Content-Type`,
 * `Content-Length`, `WARC-Block-Digest` over head and body, and `WARC-Payload-Digest` over the body for
 * `response`, `request` and `resource`. The block is `head` followed by the body.
 */
export interface WarcRecordPlan {
  readonly type: 'warcinfo' | 'response' | 'request' | 'resource' | 'metadata';
  /** `urn:uuid:…`, without angle brackets; the same input gives the same id. */
  readonly id: string;
  /** UTC ms. */
  readonly date: number;
  readonly targetUri?: string;
  /** Media type of the block. */
  readonly contentType: string;
  /** Further named fields, in order; values hold no line break. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** HTTP start line, header fields and the empty line; empty when the block is the body alone. */
  readonly head: Uint8Array;
  readonly body: WarcBody;
  /** What the CDX line says; only records a replay tool may look up have it. */
  readonly index?: { readonly status: number; readonly mediaType: string };
}
