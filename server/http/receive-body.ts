import { type FileHandle, open } from 'node:fs/promises';
import { finished, type Readable } from 'node:stream';
import { ERRORS } from '@tus/server';
import { createWriteTurns } from './write-turns.ts';

/**
 * Bytes of one request that are gathered before they are written, in one call: handing over each piece a socket gives
 * (64 KiB and less) by itself keeps the main thread busy with little else. As many more may come meanwhile.
 */
const GATHERED_BYTES = 2 ** 18;

/**
 * Bytes of one request after which they are brought to disk while more arrive, if no other request's are just then: at
 * the end only the last are waited for, and the database does not wait behind gigabytes of uploads.
 */
const FLUSHED_BYTES = 2 ** 24;
let isFlushing = false;

/**
 * Bodies that are written at once. The others, once they have gathered enough, rest in their sockets until it is their
 * turn: with all of them at full speed the main thread went round fifty sockets before it came back to a small question,
 * and writes held all four threads that every file of the process needs.
 */
const turns = createWriteTurns(2);

export interface BodyPlace {
  /** Where in the file the first byte goes. */
  readonly offset: number;
  /** Most bytes the body may have. */
  readonly limit: number;
  /** Aborted when nobody sends any more, or another request waits to go on with the file. */
  readonly signal: AbortSignal;
}

/**
 * Writes a request body into an existing file as it arrives. One that breaks off ends like one that is complete: what
 * has arrived is in the file. The request is never destroyed, so that it can be answered. On return the bytes are with
 * the system, not all on disk.
 * @returns the number of bytes written.
 * @throws what the file system says; beyond the limit, what the tus library says then. What the disk refused to keep is
 * nowhere told a second time: then the file is emptied, and the upload begins anew.
 */
export async function receiveBody(body: Readable, path: string, place: BodyPlace): Promise<number> {
  const file = await open(path, 'r+');
  const gathering = gather(body, place);
  const flushes = flushing(file);
  try {
    let received = 0;
    for (;;) {
      if (!(await gathering.isMore())) break;
      const giveBack = await turns.take();
      try {
        received += await writeAll(file, gathering.take(), place.offset + received);
      } finally {
        giveBack();
      }
      flushes.after(received);
    }
    await flushes.end();
    return received;
  } finally {
    gathering.stop();
    try {
      await flushes.end().catch(() => file.truncate());
    } finally {
      await file.close();
    }
  }
}

/** Brings a file to disk now and then; a failure is kept until the end. */
function flushing(file: FileHandle) {
  let flushed = 0;
  let current: Promise<void> | undefined;
  return {
    after(received: number): void {
      if (isFlushing || received - flushed < FLUSHED_BYTES) return;
      flushed = received;
      current = flush(file, current);
      // Told by `end`.
      current.catch(() => undefined);
    },
    async end(): Promise<void> {
      await current;
    },
  };
}

async function flush(file: FileHandle, before: Promise<void> | undefined): Promise<void> {
  isFlushing = true;
  try {
    await file.datasync();
  } finally {
    isFlushing = false;
  }
  await before;
}

interface Gathering {
  /** Resolves when enough or the last has come: whether there is something to take. @throws beyond the limit */
  isMore(): Promise<boolean>;
  /** What has come; more may come from now on. */
  take(): Uint8Array[];
  stop(): void;
}

function gather(body: Readable, { limit, signal }: BodyPlace): Gathering {
  let pieces: Uint8Array[] = [];
  let bytes = 0;
  let taken = 0;
  let ended = signal.aborted;
  let excess: unknown;
  let look = (): void => undefined;
  const add = (piece: Uint8Array): void => {
    taken += piece.length;
    if (taken > limit) {
      excess = ERRORS.ERR_MAX_SIZE_EXCEEDED;
      end();
      return;
    }
    pieces.push(piece);
    bytes += piece.length;
    if (bytes < GATHERED_BYTES) return;
    body.pause();
    look();
  };
  const end = (): void => {
    ended = true;
    body.off('data', add);
    body.pause();
    look();
  };
  signal.addEventListener('abort', end, { once: true });
  const forget = finished(body, end);
  if (!ended) body.on('data', add);
  return {
    async isMore() {
      while (bytes < GATHERED_BYTES && !ended)
        await new Promise<void>((resolve) => {
          look = resolve;
        });
      if (bytes === 0 && excess !== undefined) throw excess;
      return bytes > 0;
    },
    take() {
      const gathered = pieces;
      pieces = [];
      bytes = 0;
      if (!ended) body.resume();
      return gathered;
    },
    stop() {
      signal.removeEventListener('abort', end);
      forget();
      body.off('data', add);
      body.pause();
    },
  };
}

async function writeAll(file: FileHandle, pieces: readonly Uint8Array[], position: number): Promise<number> {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  let left = pieces;
  for (let done = 0; done < length; ) {
    const { bytesWritten } = await file.writev(left, position + done);
    done += bytesWritten;
    if (done < length) left = without(left, bytesWritten);
  }
  return length;
}

/** The pieces behind the first `bytes`: a disk that is nearly full takes a part. */
function without(pieces: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let skip = bytes;
  return pieces.flatMap((piece) => {
    const skipped = Math.min(skip, piece.length);
    skip -= skipped;
    return skipped === piece.length ? [] : [piece.subarray(skipped)];
  });
}
