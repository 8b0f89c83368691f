import { artefactDefinition } from '#shared/artefact/index';
import { bundlePath } from '#shared/bundle/layout';
import type { JournalLine } from '#shared/journal/entry';
import { canonicalJson } from '#shared/lib/canonical-json';
import { sha256Hex } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { appendJournal } from './append-journal.ts';
import type { Clock } from './clock.ts';
import type { Database } from './database.ts';
import { blobKey } from './put-artefact.ts';
import type { ArtefactRow, CaptureRow, JournalRow } from './rows.ts';
import { StoreError } from './store-error.ts';
import { endSteps, readCapture } from './update-capture.ts';

/** What the capture record is made of. `artefacts` in the order they were stored, without the record itself. */
export interface ClosingFacts {
  readonly capture: CaptureRow;
  readonly artefacts: readonly ArtefactRow[];
  readonly closedAt: number;
  /** When the clock was moved while it ran. */
  readonly clockChanges: readonly { readonly at: number; readonly byMs: number }[];
}

/**
 * Closes a capture in one transaction: stores `evidence/capture.json` as `buildRecord` makes it, journals
 * `capture-closed`, and freezes the journal segment as `evidence/journal.jsonl`, so that the bytes later anchored,
 * bundled and verified are one and the same. A capture that is closed already stays as it is.
 *
 * @param buildRecord bytes of `evidence/capture.json`; synchronous, since awaiting would commit the transaction
 * @throws StoreError CAPTURE_UNKNOWN, SEGMENT_MISSING
 */
export function closeCapture(
  database: Database,
  clock: Clock,
  id: string,
  buildRecord: (facts: ClosingFacts) => Uint8Array<ArrayBuffer>,
): Promise<CaptureRow> {
  const { captures, artefacts, blobs, journal } = database;
  return database.transaction('rw', [captures, artefacts, blobs, journal], async () => {
    const capture = await readCapture(database, id);
    if (capture.state !== 'draft') return capture;
    const closedAt = clock.now();
    const stored = await artefacts.where({ capture: id }).toArray();
    const inOrder = stored.sort((a, b) => a.createdAt - b.createdAt || a.createdAtMono - b.createdAtMono);
    const clockChanges = await changesOfClock(database, capture);
    const bytes = buildRecord({ capture, artefacts: inOrder, closedAt, clockChanges });
    const record = await putRecord(database, clock, id, bytes, closedAt);
    const last = await appendJournal(database, clock, 'capture-closed', {
      capture: id,
      record: record.sha256,
      artefacts: inOrder.length,
    });
    const lines = await segment(database, capture, last.seq);
    await blobs.put({
      key: blobKey(id, bundlePath.journal),
      capture: id,
      blob: new Blob([toUtf8(lines)], { type: 'application/jsonl' }),
    });
    const next: CaptureRow = {
      ...capture,
      state: 'captured',
      closedAt,
      steps: endSteps(capture.steps, closedAt),
    };
    await captures.put(next);
    return next;
  });
}

/** All of the segment so far, whichever capture noticed them. */
async function changesOfClock(
  database: Database,
  capture: CaptureRow,
): Promise<ClosingFacts['clockChanges']> {
  const from = capture.segmentFrom ?? 0;
  const rows = await database.journal.where('seq').aboveOrEqual(from).sortBy('seq');
  return rows
    .filter(({ event }) => event === 'clock-changed')
    .map(({ at, detail }) => ({ at, byMs: Number(detail.byMs) }));
}

async function putRecord(
  database: Database,
  clock: Clock,
  capture: string,
  bytes: Uint8Array<ArrayBuffer>,
  at: number,
): Promise<ArtefactRow> {
  const { kind, mediaType, path } = artefactDefinition('capture-record');
  const row: ArtefactRow = {
    capture,
    kind,
    path: path(1),
    mediaType,
    bytes: bytes.length,
    sha256: sha256Hex(bytes),
    createdAt: at,
    createdAtMono: clock.mono(),
    createdBy: 'capture-record',
  };
  await database.blobs.put({
    key: blobKey(capture, row.path),
    capture,
    blob: new Blob([bytes], { type: mediaType }),
  });
  await database.artefacts.put(row);
  await appendJournal(database, clock, 'artefact-stored', {
    capture,
    kind,
    path: row.path,
    bytes: row.bytes,
    sha256: row.sha256,
  });
  return row;
}

async function segment(database: Database, capture: CaptureRow, to: number): Promise<string> {
  if (capture.segmentFrom === undefined)
    throw new StoreError('SEGMENT_MISSING', `${capture.id} was never started`, { entry: capture.id });
  const rows = await database.journal.where('seq').between(capture.segmentFrom, to, true, true).sortBy('seq');
  return rows.map((row) => `${canonicalJson({ ...journalLine(row, capture.id) })}\n`).join('');
}

/** Entries of other captures travel without what they say: the chain needs only their hashes. */
function journalLine(row: JournalRow, capture: string): JournalLine {
  const { seq, at, mono, event, detailHash, prev, hash, salt, detail } = row;
  const entry = { seq, at, mono, event, detailHash, prev, hash };
  return row.capture === capture ? { ...entry, salt, detail } : entry;
}
