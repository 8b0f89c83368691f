import type { ByteSource, Ports, RangeDigest } from './port.ts';

/** From here on handing a range over costs less than it gains. */
export const LARGE_RANGE = 2 ** 22;
const CHUNK = 2 ** 20;

/**
 * SHA-256 and CRC-32 of a range of any length: by the source itself where it can and the range is large, otherwise in
 * reads of at most 1 MiB.
 * @throws RangeError when the range does not lie in the source; errors of the source pass unchanged.
 */
export async function rangeDigest(
  source: ByteSource,
  offset: number,
  length: number,
  ports: Pick<Ports, 'createSha256' | 'crc32'>,
): Promise<RangeDigest> {
  if (length >= LARGE_RANGE && source.digest !== undefined) return source.digest(offset, length);
  const hash = ports.createSha256();
  let crc32 = 0;
  for (let done = 0; done < length; done += CHUNK) {
    const chunk = await source.read(offset + done, Math.min(CHUNK, length - done));
    hash.update(chunk);
    crc32 = ports.crc32(chunk, crc32);
  }
  return { sha256: hash.digest(), crc32 };
}
