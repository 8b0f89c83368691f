import type { ByteSource } from '../port.ts';

const WINDOW = 2 ** 16;

/**
 * Answers small reads from one window of 64 KiB, so that walking the headers of many small entries costs few reads.
 * Reads must not overlap in time.
 */
export function windowedSource(source: ByteSource): ByteSource {
  let window: Uint8Array = new Uint8Array();
  let start = 0;
  return {
    size: source.size,
    async read(offset, length) {
      if (length > WINDOW || offset < 0 || offset + length > source.size) return source.read(offset, length);
      if (offset < start || offset + length > start + window.length) {
        window = await source.read(offset, Math.min(WINDOW, source.size - offset));
        start = offset;
      }
      return window.subarray(offset - start, offset - start + length);
    },
  };
}
