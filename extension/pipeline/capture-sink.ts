import { artefactDefinition } from '#shared/artefact/index';
import type { NotCaptured } from '#shared/artefact/not-captured';
import { toHex } from '#shared/lib/hex';
import type { Sha256 } from '#shared/lib/sha256';
import type { EngineEvent } from '#shared/warc/engine-event';
import type { CaptureSink } from '../capture/engine.ts';
import { browserPorts } from '../host/browser-ports.ts';
import { bodyBlob, type NewBody, putBodies, putEvents } from '../store/bodies.ts';
import { groupWrites } from '../store/group-writes.ts';
import { putArtefact } from '../store/put-artefact.ts';
import { addOmission, enterStep } from '../store/update-capture.ts';
import type { CapturingContext } from './context.ts';
import { openPieces } from './open-pieces.ts';

/** Events wait at most this long for their batch, so a crash loses no more than that. */
const EVENT_FLUSH_MS = 200;
const EVENT_BATCH = 500;
const PROGRESS_MS = 150;

export interface OpenSink {
  readonly sink: CaptureSink;
  /** Resolves when everything given so far is stored. @throws the first failure to store any of it */
  close(): Promise<void>;
}

/** Stores what an engine gives, in the order it gives it. */
export function openSink(
  { database, clock, engine }: Pick<CapturingContext, 'database' | 'clock' | 'engine'>,
  capture: string,
): OpenSink {
  let pending: EngineEvent[] = [];
  let batch = 0;
  let bodies = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let shownAt = Number.NEGATIVE_INFINITY;
  let shownStep = '';
  let failure: { readonly error: unknown } | undefined;
  let queue: Promise<void> = Promise.resolve();
  const putBody = groupWrites<NewBody>((group) => putBodies(database, group));

  /** One write after the other; the first failure stops all later ones and is thrown where a caller waits. */
  const enqueue = (write: () => Promise<unknown>) => {
    queue = queue.then(async () => {
      if (failure !== undefined) return;
      try {
        await write();
      } catch (error) {
        failure = { error };
      }
    });
    return queue;
  };
  const flushEvents = () => {
    clearTimeout(timer);
    timer = undefined;
    if (pending.length === 0) return;
    const events = pending;
    pending = [];
    const number = batch++;
    void enqueue(() => putEvents(database, capture, number, events));
  };
  const settled = async () => {
    flushEvents();
    await queue;
    if (failure !== undefined) throw failure.error;
  };

  const sink: CaptureSink = {
    artefact: async ({ kind, n, bytes, about }) => {
      const sha256 = toHex(await browserPorts.sha256(bytes)) as Sha256;
      const { mediaType, path } = artefactDefinition(kind);
      const blob = new Blob([bytes], { type: mediaType });
      const facts = {
        ...{ kind, path: path(n), mediaType, bytes: bytes.length },
        ...{ sha256, crc32: browserPorts.crc32(bytes), createdBy: engine.id },
      };
      const artefact = about === undefined ? facts : { ...facts, about };
      void enqueue(() => putArtefact(database, clock, capture, artefact, blob));
      await settled();
    },
    body: async (bytes) => {
      const id = `${capture}#${++bodies}`;
      const sha256 = toHex(await browserPorts.sha256(bytes)) as Sha256;
      await putBody({ id, capture, sha256, bytes });
      return { body: id, sha256, bytes: bytes.length };
    },
    pieces: () => openPieces(database, capture, `${capture}#${++bodies}`),
    artefactOfBody: async ({ kind, n, body: { body, sha256, bytes }, about }) => {
      const { mediaType, path } = artefactDefinition(kind);
      const blob = (await bodyBlob(database, body)).slice(0, bytes, mediaType);
      const facts = { kind, path: path(n), mediaType, bytes, sha256: sha256 as Sha256, createdBy: engine.id };
      const artefact = about === undefined ? facts : { ...facts, about };
      void enqueue(() => putArtefact(database, clock, capture, artefact, blob));
      await settled();
    },
    event: (event) => {
      pending.push(event);
      if (pending.length >= EVENT_BATCH) flushEvents();
      else timer ??= setTimeout(flushEvents, EVENT_FLUSH_MS);
    },
    omission: (omission: NotCaptured) => {
      void enqueue(() => addOmission(database, clock, capture, omission));
    },
    progress: (at, done, total) => {
      const now = clock.mono();
      const last = done !== undefined && done === total;
      if (at === shownStep && !last && now - shownAt < PROGRESS_MS) return;
      shownAt = now;
      shownStep = at;
      const progress = {
        at,
        ...(done === undefined ? {} : { done }),
        ...(total === undefined ? {} : { total }),
      };
      void enqueue(() => enterStep(database, clock, capture, 'capture', progress));
    },
  };
  return { sink, close: settled };
}
