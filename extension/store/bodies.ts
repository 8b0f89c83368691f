import type { Sha256 } from '#shared/lib/sha256';
import type { EngineEvent } from '#shared/warc/engine-event';
import type { Database } from './database.ts';
import { StoreError } from './store-error.ts';

/** Stores the body `<capture>#<n>` and returns its id. */
export async function putBody(
  database: Database,
  body: { id: string; capture: string; sha256: Sha256; bytes: Uint8Array<ArrayBuffer> },
): Promise<void> {
  const { id, capture, sha256, bytes } = body;
  await database.bodies.put({ id, capture, sha256, blob: new Blob([bytes]) });
}

/** Bytes of a stored body. @throws StoreError BLOB_MISSING */
export async function readBody(database: Database, id: string): Promise<Uint8Array<ArrayBuffer>> {
  const row = await database.bodies.get(id);
  if (row === undefined) throw new StoreError('BLOB_MISSING', `body ${id} is not stored`, { entry: id });
  return new Uint8Array(await row.blob.arrayBuffer());
}

/** Appends a batch of engine events. */
export async function putEvents(
  database: Database,
  capture: string,
  batch: number,
  events: readonly EngineEvent[],
): Promise<void> {
  await database.events.put({ capture, batch, events });
}

/** All engine events of a capture, in the order they came. */
export async function readEvents(database: Database, capture: string): Promise<EngineEvent[]> {
  const batches = await database.events.where({ capture }).sortBy('batch');
  return batches.flatMap((batch) => [...batch.events]);
}

/** Gives back the space of bodies, events and recorded chunks once the WARC made from them is sealed. */
export function dropBodies(database: Database, capture: string): Promise<void> {
  const { bodies, events, recordings } = database;
  return database.transaction('rw', [bodies, events, recordings], async () => {
    await bodies.where({ capture }).delete();
    await events.where({ capture }).delete();
    await recordings.where({ capture }).delete();
  });
}

/** Deletes every byte of a discarded capture. Rows with hashes and the journal stay: the number keeps its trace. */
export async function dropBytes(database: Database, capture: string): Promise<void> {
  await dropBodies(database, capture);
  await database.blobs.where({ capture }).delete();
}
