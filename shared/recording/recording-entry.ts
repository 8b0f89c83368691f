import * as v from 'valibot';
import { LAST_INSTANT } from '#shared/lib/last-instant';
import { isSha256, type Sha256 } from '#shared/lib/sha256';

const sha256 = v.custom<Sha256>(isSha256, 'not a SHA-256');
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const at = v.pipe(count, v.maxValue(LAST_INSTANT));
const text = (max: number) => v.pipe(v.string(), v.maxLength(max));

/** `offsetMs` its place in the recording by the monotonic clock; absent in recordings of early versions. */
const moment = { at, offsetMs: v.exactOptional(count) };

/** What happened to the tab while a chunk was recorded; `at` UTC ms by the device clock. */
const eventSchema = v.variant('type', [
  v.strictObject({ ...moment, type: v.literal('navigation'), url: text(20_000) }),
  v.strictObject({ ...moment, type: v.literal('visibility'), visible: v.boolean() }),
  v.strictObject({ ...moment, type: v.literal('mute'), muted: v.boolean() }),
  /** One exchange, at the moment it ended; a WebSocket at its handshake. */
  v.strictObject({
    ...moment,
    type: v.literal('network'),
    url: text(20_000),
    method: v.exactOptional(text(40)),
    status: v.exactOptional(count),
    ip: v.exactOptional(text(100)),
    /** Length and SHA-256 of the body after content-decoding, when the browser still had it. */
    bytes: v.exactOptional(count),
    digest: v.exactOptional(sha256),
    /** The browser gave the body as text it had decoded: `bytes` and `digest` are of that text in UTF-8. */
    decodedText: v.exactOptional(v.literal(true)),
    /** What the browser said of an exchange that failed. */
    error: v.exactOptional(text(500)),
  }),
]);
export type RecordingEvent = v.InferOutput<typeof eventSchema>;

const chained = {
  /** From 0, without gaps. */
  seq: count,
  at,
  /** Monotonic ms of the recording context. */
  mono: v.pipe(v.number(), v.finite()),
  prev: sha256,
  hash: sha256,
};

/** A piece of the recording. `offset` is its place in the file; `fromMs` and `toMs` its place in time. */
const chunkSchema = v.strictObject({
  ...chained,
  type: v.literal('chunk'),
  index: count,
  offset: count,
  bytes: count,
  sha256,
  fromMs: count,
  toMs: count,
  visible: v.boolean(),
  /** Whether a person had muted the tab: its sound is recorded all the same. */
  muted: v.boolean(),
  /** Largest sample of the sound in this piece, 0 to 1; absent where no sound was recorded. */
  peak: v.exactOptional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
  /** Pictures the browser gave up in this piece, where it tells. */
  droppedFrames: v.exactOptional(count),
  events: v.array(eventSchema),
});

const markerSchema = v.strictObject({
  ...chained,
  type: v.literal('marker'),
  offsetMs: count,
  note: text(1000),
});

const transcriptSchema = v.strictObject({
  ...chained,
  type: v.literal('transcript'),
  fromMs: count,
  toMs: count,
  speaker: v.exactOptional(text(100)),
  text: text(5000),
});

/** A line of `evidence/recording.jsonl`: RFC 8785 form and LF. */
export const recordingEntrySchema = v.variant('type', [chunkSchema, markerSchema, transcriptSchema]);
export type RecordingEntry = v.InferOutput<typeof recordingEntrySchema>;
export type RecordingChunk = v.InferOutput<typeof chunkSchema>;

type Unchained<Entry> = Entry extends unknown ? Omit<Entry, 'seq' | 'prev' | 'hash'> : never;
/** An entry before it has its place in the chain. */
export type RecordingFact = Unchained<RecordingEntry>;
