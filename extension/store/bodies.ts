import type { Sha256 } from '#shared/lib/sha256';
import type { EngineEvent } from '#shared/warc/engine-event';
import type { Database } from './database.ts';
import { requireRoom } from './require-room.ts';
import { StoreError } from './store-error.ts';

const PIECE_BYTES = 4 * 2 ** 20;

/** A body that has been hashed; `id` is `<capture>#<n>`. */
export interface NewBody {
  readonly id: string;
  readonly capture: string;
  readonly sha256: Sha256;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Stores bodies in one transaction: all of them or none. Not `bulkPut`, whose own kind of error hides that the storage
 * is full.
 * @throws StoreError QUOTA_EXCEEDED
 */
export async function putBodies(database: Database, bodies: readonly NewBody[]): Promise<void> {
  await requireRoom(bodies.reduce((sum, { bytes }) => sum + bytes.length, 0));
  const rows = bodies.map(({ bytes, ...row }) => ({ ...row, blob: new Blob([bytes]) }));
  await database.transaction('rw', database.bodies, async () => {
    await Promise.all(rows.map((row) => database.bodies.put(row)));
  });
}

/** Stores piece `n` of the body that will be `<capture>#<n>`. @throws StoreError QUOTA_EXCEEDED */
export async function putPiece(
  database: Database,
  piece: { body: string; n: number; capture: string; bytes: Uint8Array<ArrayBuffer> },
): Promise<void> {
  const { body, n, capture, bytes } = piece;
  await requireRoom(bytes.length);
  await database.pieces.put({ body, n, capture, blob: new Blob([bytes]) });
}

/** Makes one body of the pieces stored so far. */
export async function joinPieces(
  database: Database,
  body: { id: string; capture: string; sha256: Sha256; pieces: number },
): Promise<void> {
  await database.bodies.put({ ...body, blob: new Blob([]) });
}

/** A stored body of any size; one that came in pieces is not copied. @throws StoreError BLOB_MISSING */
export async function bodyBlob(database: Database, id: string): Promise<Blob> {
  const row = await database.bodies.get(id);
  if (row === undefined) throw new StoreError('BLOB_MISSING', `body ${id} is not stored`, { entry: id });
  if (row.pieces === undefined) return row.blob;
  const pieces = await database.pieces.where({ body: id }).sortBy('n');
  if (pieces.length !== row.pieces)
    throw new StoreError('BLOB_MISSING', `${pieces.length} of ${row.pieces} pieces of ${id}`, { entry: id });
  return new Blob(pieces.map(({ blob }) => blob));
}

/** A stored body in pieces of at most 4 MiB. @throws StoreError BLOB_MISSING */
export async function* bodyPieces(database: Database, id: string): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const blob = await bodyBlob(database, id);
  for (let at = 0; at < blob.size; at += PIECE_BYTES)
    yield new Uint8Array(await blob.slice(at, at + PIECE_BYTES).arrayBuffer());
}

/** Bytes of a stored body. @throws StoreError BLOB_MISSING */
export async function readBody(database: Database, id: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await (await bodyBlob(database, id)).arrayBuffer());
}

/** Appends a batch of engine events. @throws StoreError QUOTA_EXCEEDED */
export async function putEvents(
  database: Database,
  capture: string,
  batch: number,
  events: readonly EngineEvent[],
): Promise<void> {
  await requireRoom(0);
  await database.events.put({ capture, batch, events });
}

/** All engine events of a capture, in the order they came. */
export async function readEvents(database: Database, capture: string): Promise<EngineEvent[]> {
  const batches = await database.events.where({ capture }).sortBy('batch');
  return batches.flatMap((batch) => [...batch.events]);
}

/** Gives back the space of bodies, events and recorded chunks once the WARC made from them is sealed. */
export function dropBodies(database: Database, capture: string): Promise<void> {
  const { bodies, events, pieces, recordings } = database;
  return database.transaction('rw', [bodies, events, pieces, recordings], async () => {
    await bodies.where({ capture }).delete();
    await pieces.where({ capture }).delete();
    await events.where({ capture }).delete();
    await recordings.where({ capture }).delete();
  });
}

/** Deletes every byte of a discarded capture. Rows with hashes and the journal stay: the number keeps its trace. */
export async function dropBytes(database: Database, capture: string): Promise<void> {
  await dropBodies(database, capture);
  await database.blobs.where({ capture }).delete();
}
