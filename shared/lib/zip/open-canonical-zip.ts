import { equalBytes } from '../equal-bytes.ts';
import type { ByteSource } from '../port.ts';
import { canonicalZip } from './canonical-zip.ts';
import { openZip, type ZipArchive } from './open-zip.ts';
import { windowedSource } from './windowed-source.ts';
import { ZipError } from './zip-error.ts';

/**
 * Opens a sealed package: as `openZip`, and every byte outside the entries' data must be the one `canonicalZip`
 * gives for their names, sizes and CRCs.
 * @throws ZipError
 */
export async function openCanonicalZip(source: ByteSource): Promise<ZipArchive> {
  const archive = await openZip(source);
  const { localHeaders, trailer, size } = canonicalZip(archive.entries);
  if (size !== source.size) throw notCanonical('end of central directory');
  const headers = windowedSource(source);
  for (const [index, entry] of archive.entries.entries()) {
    const expected = localHeaders[index] ?? new Uint8Array();
    const start = entry.offset - expected.length;
    if (start < 0 || !equalBytes(await headers.read(start, expected.length), expected))
      throw notCanonical(entry.name);
  }
  if (!equalBytes(await source.read(size - trailer.length, trailer.length), trailer))
    throw notCanonical('central directory');
  return archive;
}

function notCanonical(entry: string): ZipError {
  return new ZipError('NOT_CANONICAL', 'header is not in its fixed form', { entry });
}
