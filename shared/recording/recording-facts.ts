import type { RecordingEntry } from './recording-entry.ts';
import { chunksOf } from './verify-recording-chain.ts';

/** What a certificate says of a recording. Offsets in ms from its start, by the device's monotonic clock. */
export interface RecordingFacts {
  readonly durationMs: number;
  readonly chunks: number;
  /** Time between one chunk and the next that no chunk covers. */
  readonly gaps: readonly { readonly fromMs: number; readonly toMs: number }[];
  /** Whether the sound of the tab was recorded. */
  readonly sound: boolean;
  /** Time in chunks during which the tab was not in front, or was muted. */
  readonly hiddenMs: number;
  readonly mutedMs: number;
  /** Exchanges and pages of the tab noted in the chunks. */
  readonly exchanges: number;
  readonly navigations: number;
  /** Pictures the browser gave up; absent where it does not tell. */
  readonly droppedFrames?: number;
  readonly markers: readonly { readonly offsetMs: number; readonly note: string }[];
  readonly transcriptEntries: number;
}

/** Chunks come when the recorder has them ready: less than this between two is no gap. */
const GAP_MS = 500;

/** Sums up the entries of a verified chain. */
export function recordingFacts(entries: readonly RecordingEntry[]): RecordingFacts {
  const chunks = chunksOf(entries);
  const time = (held: typeof chunks) => held.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  const gaps = chunks.flatMap(({ toMs }, index) => {
    const next = chunks[index + 1];
    return next === undefined || next.fromMs - toMs < GAP_MS ? [] : [{ fromMs: toMs, toMs: next.fromMs }];
  });
  const events = chunks.flatMap((chunk) => chunk.events);
  const dropped = chunks.flatMap(({ droppedFrames }) => droppedFrames ?? []);
  return {
    durationMs: chunks.at(-1)?.toMs ?? 0,
    chunks: chunks.length,
    gaps,
    sound: chunks.some(({ peak }) => peak !== undefined),
    hiddenMs: time(chunks.filter(({ visible }) => !visible)),
    mutedMs: time(chunks.filter(({ muted }) => muted)),
    exchanges: events.filter(({ type }) => type === 'network').length,
    navigations: events.filter(({ type }) => type === 'navigation').length,
    ...(dropped.length === 0 ? {} : { droppedFrames: dropped.reduce((sum, count) => sum + count, 0) }),
    markers: entries.flatMap((entry) =>
      entry.type === 'marker' ? [{ offsetMs: entry.offsetMs, note: entry.note }] : [],
    ),
    transcriptEntries: entries.filter(({ type }) => type === 'transcript').length,
  };
}
