import type { RecordingEntry } from '#shared/recording/recording-entry';
import type { Database } from '../database.ts';

/** A recording that runs, or has ended and waits (`held`) for the written record of its sound. */
export interface RecordingView {
  readonly captureId: string;
  readonly tabId: number;
  readonly startedAt: number;
  readonly sound: boolean;
  readonly held: boolean;
  readonly chunks: number;
  /** Largest sample of the newest chunk, 0 to 1. */
  readonly peak: number;
}

export type TranscriptView = Extract<RecordingEntry, { type: 'transcript' }>;

/** Recordings a person still has something to do with, oldest first. */
export async function readRecordings(database: Database): Promise<RecordingView[]> {
  const drafts = await database.captures.where({ state: 'draft' }).sortBy('sequence');
  const views: RecordingView[] = [];
  for (const { id, recording, engineEndedAt } of drafts) {
    if (recording === undefined || (engineEndedAt !== undefined && !recording.held)) continue;
    const { tabId, startedAt, sound, held } = recording;
    views.push({ captureId: id, tabId, startedAt, sound, held, ...(await newestChunk(database, id)) });
  }
  return views;
}

/** The lines written so far, in the order they were written. */
export async function readTranscript(database: Database, capture: string): Promise<TranscriptView[]> {
  const rows = await database.recordings.where({ capture }).sortBy('seq');
  return rows.flatMap(({ entry }) => (entry.type === 'transcript' ? [entry] : []));
}

async function newestChunk(database: Database, capture: string) {
  const all = [
    [capture, 0],
    [capture, Number.POSITIVE_INFINITY],
  ] as const;
  const row = await database.recordings
    .where('[capture+seq]')
    .between(...all)
    .reverse()
    .filter(({ entry }) => entry.type === 'chunk')
    .first();
  if (row?.entry.type !== 'chunk') return { chunks: 0, peak: 0 };
  return { chunks: row.entry.index + 1, peak: row.entry.peak ?? 0 };
}
