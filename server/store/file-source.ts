import { open } from 'node:fs/promises';
import type { ByteSource } from '#shared/lib/port';
import { StoreError, systemCode } from './store-error.ts';

/** A `ByteSource` that holds a file descriptor until `close`. */
export interface FileSource extends ByteSource {
  close(): Promise<void>;
}

/**
 * Opens `path` once; every read is positional, so reads may overlap in time. The size is taken at opening.
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
  return {
    size,
    async read(offset, length) {
      if (!(offset >= 0 && length >= 0 && offset + length <= size))
        throw new RangeError(`no bytes ${offset}+${length} in ${size}`);
      const bytes = new Uint8Array(length);
      for (let done = 0; done < length; ) {
        const { bytesRead } = await file.read(bytes, done, length - done, offset + done);
        if (bytesRead === 0) throw new StoreError('READ_FAILED', `${path} has shrunk`, { entry: path });
        done += bytesRead;
      }
      return bytes;
    },
    close: () => file.close(),
  };
}
