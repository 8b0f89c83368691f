import type { ByteSource } from '#shared/lib/port';

/** How much is read at once; small reads near each other are answered from it. */
const WINDOW = 1 << 18;

/**
 * A file the user chose as a `ByteSource`. Nothing but the slices asked for is read.
 * @param onRead called with the number of bytes of each read.
 */
export function blobSource(blob: Blob, onRead: (bytes: number) => void = () => {}): ByteSource {
  let window = { start: 0, bytes: new Uint8Array() };
  const load = async (start: number, end: number) =>
    new Uint8Array(await blob.slice(start, end).arrayBuffer());
  return {
    size: blob.size,
    async read(offset, length) {
      const end = offset + length;
      if (!(offset >= 0 && length >= 0 && end <= blob.size))
        throw new RangeError(`no bytes ${offset}+${length} in ${blob.size}`);
      onRead(length);
      if (length >= WINDOW) return load(offset, end);
      if (offset < window.start || end > window.start + window.bytes.length)
        window = { start: offset, bytes: await load(offset, Math.min(offset + WINDOW, blob.size)) };
      return window.bytes.slice(offset - window.start, end - window.start);
    },
  };
}
