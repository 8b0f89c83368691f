import type { NotCaptured } from '#shared/artefact/not-captured';
import type { Clock } from './clock.ts';
import type { Database } from './database.ts';
import type { CaptureRow, RecordingGap } from './rows.ts';
import { updateCapture } from './update-capture.ts';

/**
 * Begins a time of which a recording lacks something. It is stored at once: whoever ends the recording, in whatever
 * context, lists it. One of the same kind that is open goes on.
 * @throws StoreError CAPTURE_UNKNOWN
 */
export async function openRecordingGap(
  database: Database,
  clock: Clock,
  id: string,
  gap: RecordingGap,
): Promise<void> {
  await updateCapture(database, clock, id, ({ recording, engineEndedAt }) => {
    const open = recording?.gaps ?? [];
    if (recording === undefined || engineEndedAt !== undefined) return {};
    return open.some(({ kind }) => kind === gap.kind)
      ? {}
      : { recording: { ...recording, gaps: [...open, gap] } };
  });
}

/** Ends the open gap of a kind and lists it. Nothing when none is open. @throws StoreError CAPTURE_UNKNOWN */
export async function closeRecordingGap(
  database: Database,
  clock: Clock,
  id: string,
  kind: RecordingGap['kind'],
  untilMs: number,
): Promise<void> {
  await updateCapture(database, clock, id, (row) => withoutGaps(row, untilMs, kind));
}

/**
 * The row with its open gaps (those of one kind) in the ledger instead.
 * @param untilMs since the recording began; `undefined`: to its end, whenever that was
 */
export function withoutGaps(
  { recording, notCaptured }: Pick<CaptureRow, 'recording' | 'notCaptured'>,
  untilMs: number | undefined,
  kind?: RecordingGap['kind'],
): Partial<CaptureRow> {
  if (recording === undefined) return {};
  const ended = recording.gaps.filter((gap) => kind === undefined || gap.kind === kind);
  if (ended.length === 0) return {};
  const pictures = recording.source === 'screencast';
  return {
    recording: { ...recording, gaps: recording.gaps.filter((gap) => !ended.includes(gap)) },
    notCaptured: [...notCaptured, ...ended.flatMap((gap) => omissions(gap, untilMs, pictures))],
  };
}

/** @param pictures whether the pictures come the way that has the gap */
function omissions(
  { kind, fromMs, reason, why }: RecordingGap,
  untilMs: number | undefined,
  pictures: boolean,
): NotCaptured[] {
  const seconds = (ms: number) => `${(Math.max(0, ms) / 1000).toFixed(1)} s`;
  const until = untilMs === undefined ? 'the end' : seconds(untilMs);
  const detail = `${seconds(fromMs)} to ${until}: ${why}`.slice(0, 2000).toWellFormed();
  return [
    ...(kind === 'unwatched' ? [{ what: 'network', reason, detail } as const] : []),
    ...(pictures ? [{ what: 'recording', reason, detail } as const] : []),
  ];
}
