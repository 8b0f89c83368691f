import * as v from 'valibot';
import { LAST_INSTANT } from '#shared/lib/last-instant';
import { isSha256, type Sha256 } from '#shared/lib/sha256';

const sha256 = v.custom<Sha256>(isSha256, 'not a SHA-256');
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const at = v.pipe(count, v.maxValue(LAST_INSTANT));
const text = (max: number) => v.pipe(v.string(), v.maxLength(max));

/** What happened to the tab while a chunk was recorded; `at` UTC ms by the device clock. */
const eventSchema = v.variant('type', [
  v.strictObject({ type: v.literal('navigation'), at, url: text(20_000) }),
  v.strictObject({ type: v.literal('visibility'), at, visible: v.boolean() }),
  v.strictObject({ type: v.literal('mute'), at, muted: v.boolean() }),
  v.strictObject({
    type: v.literal('network'),
    at,
    url: text(20_000),
    status: v.exactOptional(count),
    ip: v.exactOptional(text(100)),
    /** SHA-256 of the decoded body, when the browser still had it. */
    digest: v.exactOptional(sha256),
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
