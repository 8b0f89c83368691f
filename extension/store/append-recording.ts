import { nextRecordingEntry } from '#shared/recording/recording-chain';
import type { RecordingChunk, RecordingEntry, RecordingFact } from '#shared/recording/recording-entry';
import { appendJournal } from './append-journal.ts';
import type { Clock } from './clock.ts';
import type { Database } from './database.ts';
import { requireRoom } from './require-room.ts';
import type { RecordingEntryRow } from './rows.ts';

/** A chunk before it has its place behind the others. */
export type NewChunk = Omit<
  RecordingChunk,
  'seq' | 'prev' | 'hash' | 'type' | 'index' | 'offset' | 'at' | 'mono'
>;

/**
 * Stores one chunk: bytes, its entry in the recording's chain, and the journal entry that names both, in one strict
 * transaction. The caller has hashed the bytes.
 * @throws StoreError QUOTA_EXCEEDED
 */
export async function appendChunk(
  database: Database,
  clock: Clock,
  capture: string,
  chunk: NewChunk,
  blob: Blob,
): Promise<RecordingEntry> {
  const { recordings, journal } = database;
  await requireRoom(blob.size);
  return database.transaction('rw', [recordings, journal], async () => {
    const last = await lastChunk(database, capture);
    const place = { index: (last?.index ?? -1) + 1, offset: (last?.offset ?? 0) + (last?.bytes ?? 0) };
    const times = { at: clock.now(), mono: clock.mono() };
    const entry = await append(database, capture, { type: 'chunk', ...place, ...times, ...chunk }, blob);
    await appendJournal(database, clock, 'recording-chunk-stored', {
      ...{ capture, index: place.index, bytes: chunk.bytes, sha256: chunk.sha256, head: entry.hash },
    });
    return entry;
  });
}

/** Appends a marker or a line of the transcript to the recording's chain. */
export function appendNote(
  database: Database,
  capture: string,
  fact: Exclude<RecordingFact, { type: 'chunk' }>,
): Promise<RecordingEntry> {
  return database.transaction('rw', database.recordings, () => append(database, capture, fact));
}

/** All rows of a recording's chain, in order. Blobs are handles: their bytes stay on disk. */
export function readRecording(database: Database, capture: string): Promise<RecordingEntryRow[]> {
  return database.recordings.where({ capture }).sortBy('seq');
}

async function append(
  database: Database,
  capture: string,
  fact: RecordingFact,
  blob?: Blob,
): Promise<RecordingEntry> {
  const head = await inOrder(database, capture).last();
  const entry = nextRecordingEntry(capture, head?.entry, fact);
  await database.recordings.add({ capture, seq: entry.seq, entry, ...(blob === undefined ? {} : { blob }) });
  return entry;
}

async function lastChunk(database: Database, capture: string): Promise<RecordingChunk | undefined> {
  const row = await inOrder(database, capture)
    .reverse()
    .filter(({ entry }) => entry.type === 'chunk')
    .first();
  return row?.entry.type === 'chunk' ? row.entry : undefined;
}

function inOrder({ recordings }: Database, capture: string) {
  return recordings.where('[capture+seq]').between([capture, 0], [capture, Number.POSITIVE_INFINITY]);
}
