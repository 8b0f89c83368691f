import { cipherFor, HEADER_BYTES, layoutOf, SEALED_SEGMENT_BYTES, SEGMENT_BYTES } from './blob-format.ts';
import type { BlobKey } from './blob-key.ts';
import { EncryptionError } from './encryption-error.ts';
import type { FileSource } from './file-source.ts';

/** Segments read at once: what is held besides the answer stays small. */
const AT_ONCE = 16;

/**
 * The plain text of an encrypted source; closing it closes that. The last segment is opened at once, and with it the size
 * is authentic; a read opens the segments it touches and no other.
 * @throws EncryptionError BLOB_DAMAGED, BLOB_KEY_DIFFERS, now or at a read
 */
export async function openDecrypted(source: FileSource, key: BlobKey, label: string): Promise<FileSource> {
  const layout = layoutOf(source.size);
  if (layout === undefined)
    throw new EncryptionError('BLOB_DAMAGED', `${label} has a length no encrypted file has`, {
      entry: label,
    });
  const { segments, plainBytes: size } = layout;
  const cipher = cipherFor(key, label, await source.read(0, HEADER_BYTES));
  /** Segments `[from, to)` in the clear. */
  const openSegments = async (from: number, to: number): Promise<Uint8Array[]> => {
    const start = HEADER_BYTES + from * SEALED_SEGMENT_BYTES;
    const end = Math.min(source.size, HEADER_BYTES + to * SEALED_SEGMENT_BYTES);
    const sealed = await source.read(start, end - start);
    return Array.from({ length: to - from }, (_, index) => {
      const number = from + index;
      const bytes = sealed.subarray(index * SEALED_SEGMENT_BYTES, (index + 1) * SEALED_SEGMENT_BYTES);
      return cipher.open(bytes, number, number === segments - 1);
    });
  };
  await openSegments(segments - 1, segments);
  return {
    size,
    async read(offset, length) {
      if (!(offset >= 0 && length >= 0 && offset + length <= size))
        throw new RangeError(`no bytes ${offset}+${length} in ${size}`);
      const bytes = new Uint8Array(length);
      const end = offset + length;
      const after = Math.ceil(end / SEGMENT_BYTES);
      for (let from = Math.floor(offset / SEGMENT_BYTES); length > 0 && from < after; from += AT_ONCE) {
        const opened = await openSegments(from, Math.min(after, from + AT_ONCE));
        for (const [index, segment] of opened.entries()) {
          const start = (from + index) * SEGMENT_BYTES;
          const [first, last] = [Math.max(offset, start), Math.min(end, start + segment.length)];
          bytes.set(segment.subarray(first - start, last - start), first - offset);
        }
      }
      return bytes;
    },
    close: () => source.close(),
  };
}
