import { liveQuery } from 'dexie';
import type { CaptureView } from '#shared/view/capture-view';
import type { InspectionView } from '#shared/view/inspection-view';
import { bundleFileName } from '../bundle-file-name.ts';
import { openDatabase } from '../database.ts';
import { newestInspection } from '../inspections.ts';
import type { LostHistory } from '../lost-history.ts';
import { blobKey, readBlob } from '../put-artefact.ts';
import type { CaptureRow, CaseRow, ReceiptRow, SequenceRow, ServiceRow } from '../rows.ts';
import { StoreError } from '../store-error.ts';
import { captureViewOf } from './capture-view-of.ts';
import { inspectionViewOf } from './inspection-view.ts';
import { type RecordingView, readRecordings, readTranscript, type TranscriptView } from './recording-view.ts';

export type SequenceView = SequenceRow;
export type LossView = LostHistory & { readonly sameDevice: boolean };

/** What the user interface may see of the store. Nothing here writes. */
export interface Reader {
  /** Newest captures first, at most `limit`. */
  captures(limit: number): Promise<CaptureRow[]>;
  /** Everything about one capture. @throws StoreError CAPTURE_UNKNOWN */
  capture(id: string): Promise<CaptureView>;
  /** Recordings that run, or wait for their transcript; `peak` of the newest chunk. */
  recordings(): Promise<RecordingView[]>;
  /** The written record of a recording so far. */
  transcript(capture: string): Promise<TranscriptView[]>;
  /** The newest sequence that takes further steps. */
  openSequence(): Promise<SequenceView | undefined>;
  /** Bytes of an artefact; `undefined` when a discarded capture gave them up. */
  blob(capture: string, path: string): Promise<Blob | undefined>;
  /** The finished bundle, whatever its size. @throws StoreError BLOB_MISSING */
  bundle(capture: string): Promise<Blob>;
  /** Newest cases first. */
  cases(): Promise<CaseRow[]>;
  /** The service this device is paired with. */
  service(): Promise<ServiceRow | undefined>;
  /** What the browser's storage lost and nobody has taken note of yet. */
  loss(): Promise<LossView | undefined>;
  /** The newest inspection, open or not. */
  inspection(): Promise<InspectionView | undefined>;
  receipt(capture: string): Promise<ReceiptRow | undefined>;
  /** Runs `query` now and after each change of what it read, in whatever context; returns how to stop. */
  observe<T>(
    query: () => Promise<T>,
    onValue: (value: T) => void,
    onError: (error: unknown) => void,
  ): () => void;
}

/** Opens the database for reading. */
export function openReader(name?: string): Reader {
  const database = openDatabase(name);
  return {
    captures: (limit) => database.captures.orderBy('sequence').reverse().limit(limit).toArray(),
    capture: async (id) => {
      const row = await database.captures.get(id);
      if (row === undefined) throw new StoreError('CAPTURE_UNKNOWN', `no capture ${id}`, { entry: id });
      return captureViewOf(row, await artefactsInOrder(id));
    },
    recordings: () => readRecordings(database),
    transcript: (capture) => readTranscript(database, capture),
    openSequence: () =>
      database.sequences
        .orderBy('begunAt')
        .reverse()
        .filter(({ endedAt }) => endedAt === undefined)
        .first(),
    blob: async (capture, path) => (await database.blobs.get(blobKey(capture, path)))?.blob,
    bundle: (capture) => readBlob(database, capture, bundleFileName(capture)),
    cases: () => database.cases.orderBy('createdAt').reverse().toArray(),
    service: () => database.service.get('service'),
    loss: async () => {
      const { lost, lossSeen, deviceId } = (await database.device.get('device')) ?? {};
      const newest = lossSeen === true ? undefined : lost?.at(-1);
      return newest === undefined ? undefined : { ...newest, sameDevice: newest.device === deviceId };
    },
    inspection: async () => {
      const row = await newestInspection(database);
      return row === undefined ? undefined : inspectionViewOf(row);
    },
    receipt: (capture) => database.receipts.get(capture),
    observe: (query, onValue, onError) => {
      const subscription = liveQuery(query).subscribe({ next: onValue, error: onError });
      return () => subscription.unsubscribe();
    },
  };

  async function artefactsInOrder(capture: string) {
    const rows = await database.artefacts.where({ capture }).toArray();
    return rows.sort((a, b) => a.createdAt - b.createdAt || a.createdAtMono - b.createdAtMono);
  }
}
