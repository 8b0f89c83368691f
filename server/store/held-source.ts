import { bytesSource } from '#shared/lib/bytes-source';
import type { FileSource } from './file-source.ts';

/** As much as is held while it is read: far below what a thread may use, far above a page without recordings. */
const HELD_BYTES = 2 ** 23;

/**
 * A small file read whole at once, instead of by hundreds of small reads that each cost more than what they read; a
 * larger one as it is. Closes what is not needed any more, also when reading fails.
 * @throws StoreError, EncryptionError as `source.read`.
 */
export async function heldSource(source: FileSource): Promise<FileSource> {
  if (source.size > HELD_BYTES) return source;
  try {
    return bytesInMemory(await source.read(0, source.size));
  } finally {
    await source.close();
  }
}

/** Bytes in memory as a file that needs no closing. */
export function bytesInMemory(bytes: Uint8Array): FileSource {
  return { ...bytesSource(bytes), async close() {} };
}
