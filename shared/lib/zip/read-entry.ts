import { crc32 } from '../crc32.ts';
import { toHex } from '../hex.ts';
import type { ByteSource, Ports } from '../port.ts';
import type { Sha256 } from '../sha256.ts';
import type { ZipEntry } from './open-zip.ts';
import { ZipError } from './zip-error.ts';

const CHUNK = 2 ** 20;

/**
 * The bytes of an entry that is known to be small.
 * @throws ZipError CRC_MISMATCH
 */
export async function readEntry(source: ByteSource, entry: ZipEntry): Promise<Uint8Array> {
  const bytes = await source.read(entry.offset, entry.size);
  if (crc32(bytes) !== entry.crc32) throw mismatch(entry);
  return bytes;
}

/** The entry as a source of its own. */
export function entrySource(source: ByteSource, entry: ZipEntry): ByteSource {
  return {
    size: entry.size,
    async read(offset, length) {
      if (!(offset >= 0 && length >= 0 && offset + length <= entry.size))
        throw new RangeError(`no bytes ${offset}+${length} in ${entry.name}`);
      return source.read(entry.offset + offset, length);
    },
  };
}

/**
 * SHA-256 of an entry of any size, in reads of at most 1 MiB.
 * @throws ZipError CRC_MISMATCH
 */
export async function hashEntry(
  source: ByteSource,
  entry: ZipEntry,
  ports: Pick<Ports, 'createSha256' | 'crc32'>,
): Promise<Sha256> {
  const hash = ports.createSha256();
  let crc = 0;
  for (let done = 0; done < entry.size; done += CHUNK) {
    const chunk = await source.read(entry.offset + done, Math.min(CHUNK, entry.size - done));
    hash.update(chunk);
    crc = ports.crc32(chunk, crc);
  }
  if (crc !== entry.crc32) throw mismatch(entry);
  return toHex(hash.digest()) as Sha256;
}

function mismatch(entry: ZipEntry): ZipError {
  return new ZipError('CRC_MISMATCH', 'data does not fit its CRC-32', { entry: entry.name });
}
