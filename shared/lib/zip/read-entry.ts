import { crc32 } from '../crc32.ts';
import { toHex } from '../hex.ts';
import type { ByteSource, Ports } from '../port.ts';
import { rangeDigest } from '../range-digest.ts';
import type { Sha256 } from '../sha256.ts';
import type { ZipEntry } from './open-zip.ts';
import { ZipError } from './zip-error.ts';

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
  const inside = (offset: number, length: number): number => {
    if (!(offset >= 0 && length >= 0 && offset + length <= entry.size))
      throw new RangeError(`no bytes ${offset}+${length} in ${entry.name}`);
    return entry.offset + offset;
  };
  const digest = source.digest?.bind(source);
  return {
    size: entry.size,
    read: async (offset, length) => source.read(inside(offset, length), length),
    ...(digest === undefined
      ? {}
      : { digest: async (offset, length) => digest(inside(offset, length), length) }),
  };
}

/**
 * SHA-256 of an entry of any size, see `rangeDigest`.
 * @throws ZipError CRC_MISMATCH
 */
export async function hashEntry(
  source: ByteSource,
  entry: ZipEntry,
  ports: Pick<Ports, 'createSha256' | 'crc32'>,
): Promise<Sha256> {
  const { sha256, crc32: crc } = await rangeDigest(source, entry.offset, entry.size, ports);
  if (crc !== entry.crc32) throw mismatch(entry);
  return toHex(sha256) as Sha256;
}

function mismatch(entry: ZipEntry): ZipError {
  return new ZipError('CRC_MISMATCH', 'data does not fit its CRC-32', { entry: entry.name });
}
