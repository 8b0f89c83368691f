import type { Database } from '../store/database.ts';
import type { CaptureRow } from '../store/rows.ts';

/** A capture that is a recording. */
export type RecordedCapture = CaptureRow & Required<Pick<CaptureRow, 'recording'>>;

/** Recordings that have begun and not ended, by their rows. */
export async function runningRecordings({ captures }: Database): Promise<RecordedCapture[]> {
  const drafts = await captures.where({ state: 'draft' }).toArray();
  return drafts.filter(
    (row): row is RecordedCapture => row.recording !== undefined && row.engineEndedAt === undefined,
  );
}
