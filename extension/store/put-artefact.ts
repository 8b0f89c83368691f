import { appendJournal } from './append-journal.ts';
import type { Clock } from './clock.ts';
import type { Database } from './database.ts';
import { requireRoom } from './require-room.ts';
import type { ArtefactRow, BlobRow } from './rows.ts';
import { StoreError } from './store-error.ts';

/** Key of an artefact's bytes in `blobs`. */
export function blobKey(capture: string, path: string): string {
  return `${capture}/${path}`;
}

/**
 * Stores one artefact: bytes, metadata and its `artefact-stored` journal entry in one strict transaction, so that no
 * stored file is without an entry and no entry without its file. The caller has hashed the bytes.
 * @throws StoreError ARTEFACT_EXISTS when the capture already has a file at this path; QUOTA_EXCEEDED
 */
export async function putArtefact(
  database: Database,
  clock: Clock,
  capture: string,
  artefact: Omit<ArtefactRow, 'capture' | 'createdAt' | 'createdAtMono'>,
  bytes: Blob,
): Promise<ArtefactRow> {
  const { artefacts, blobs, journal } = database;
  await requireRoom(bytes.size);
  return database.transaction('rw', [artefacts, blobs, journal], async () => {
    const { kind, path, sha256 } = artefact;
    if ((await artefacts.get([capture, path])) !== undefined)
      throw new StoreError('ARTEFACT_EXISTS', `${capture} already holds ${path}`, { entry: path });
    const row: ArtefactRow = {
      ...artefact,
      capture,
      createdAt: clock.now(),
      createdAtMono: clock.mono(),
    };
    await blobs.put({ key: blobKey(capture, path), capture, blob: bytes });
    await artefacts.add(row);
    await appendJournal(database, clock, 'artefact-stored', {
      capture,
      kind,
      path,
      bytes: artefact.bytes,
      sha256,
    });
    return row;
  });
}

/**
 * The stored bytes of `path`. A large bundle is put together from the files it consists of; nothing is copied.
 * @throws StoreError BLOB_MISSING
 */
export async function readBlob(database: Database, capture: string, path: string): Promise<Blob> {
  const row = await database.blobs.get(blobKey(capture, path));
  if (row === undefined)
    throw new StoreError('BLOB_MISSING', `${path} of ${capture} is not stored`, { entry: path });
  return bytesOf(database, row);
}

/** All bytes a row stands for, its parts included. @throws StoreError BLOB_MISSING */
export async function bytesOf(
  database: Database,
  { capture, blob, parts }: Omit<BlobRow, 'key'>,
): Promise<Blob> {
  if (parts === undefined) return blob;
  const pieces: Blob[] = [];
  for (const part of parts)
    pieces.push(
      'path' in part ? await readBlob(database, capture, part.path) : blob.slice(part.from, part.to),
    );
  return new Blob(pieces, { type: blob.type });
}
