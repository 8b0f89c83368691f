import { open } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { ByteSource } from '#shared/lib/port';
import { sharedChecksums } from './block-checksums.mjs';
import { hashThreads } from './hash-threads.ts';
import { StoreError, systemCode } from './store-error.ts';

/** A `ByteSource` that holds a file descriptor until `close`. */
export interface FileSource extends ByteSource {
  /** Breaks off digests under way. */
  close(): Promise<void>;
}

/** Starting threads takes as long as hashing about 70 MB (measured). */
const THREADED_BYTES = 2 ** 26;
/** Handing a range to a running thread takes as long as hashing much less than this. */
const HANDED_OVER_BYTES = 2 ** 20;

/**
 * Opens `path` once; every read is positional, so reads may overlap in time. The size is taken at opening. Ranges of
 * a large file are hashed in worker threads, of a smaller one where they run already.
 * @throws StoreError NOT_FOUND or READ_FAILED; a later read throws READ_FAILED when the file has shrunk.
 */
export async function openFileSource(path: string): Promise<FileSource> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    const code = systemCode(cause) === 'ENOENT' ? 'NOT_FOUND' : 'READ_FAILED';
    throw new StoreError(code, `cannot open ${path}`, { entry: path, cause });
  });
  const status = await file.stat();
  if (!status.isFile()) {
    await file.close();
    throw new StoreError('READ_FAILED', `${path} is not a regular file`, { entry: path });
  }
  const { size } = status;
  const requireInside = (offset: number, length: number): void => {
    if (!(offset >= 0 && length >= 0 && offset + length <= size))
      throw new RangeError(`no bytes ${offset}+${length} in ${size}`);
  };
  const least = hashThreads.started ? HANDED_OVER_BYTES : THREADED_BYTES;
  const isThreaded = size >= least && availableParallelism() > 1;
  const shared = isThreaded ? sharedChecksums(size) : undefined;
  return {
    size,
    async read(offset, length) {
      requireInside(offset, length);
      const bytes = new Uint8Array(length);
      for (let done = 0; done < length; ) {
        const { bytesRead } = await file.read(bytes, done, length - done, offset + done);
        if (bytesRead === 0) throw new StoreError('READ_FAILED', `${path} has shrunk`, { entry: path });
        done += bytesRead;
      }
      return bytes;
    },
    ...(isThreaded
      ? {
          async digest(offset, length) {
            requireInside(offset, length);
            return hashThreads.digest(file.fd, offset, length, shared).catch((cause: unknown) => {
              throw new StoreError('READ_FAILED', `cannot read ${path}`, { entry: path, cause });
            });
          },
        }
      : {}),
    async close() {
      await hashThreads.release(file.fd);
      await file.close();
    },
  };
}
