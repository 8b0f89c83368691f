import type { ByteSource } from '../port.ts';
import { type CentralEntry, parseCentralDirectory } from './central-directory.ts';
import { readEndRecord } from './end-record.ts';
import { checkLocalHeader } from './local-header.ts';
import { windowedSource } from './windowed-source.ts';
import { ZipError } from './zip-error.ts';

/** One file in the archive. Its bytes are `source.read(offset, size)`; the CRC is not checked by opening. */
export interface ZipEntry {
  readonly name: string;
  readonly size: number;
  readonly crc32: number;
  /** Where the data begins. */
  readonly offset: number;
}

export interface ZipArchive {
  /** In the order of the directory, which is that of the file. */
  readonly entries: readonly ZipEntry[];
}

/**
 * Opens a ZIP archive (APPNOTE 6.3.10) in the one strict way this project knows: entries STORED and regular, headers
 * and data fill the file from the first byte to the last without gap or overlap, local headers repeat the
 * directory, names are plain and distinct, Zip64 appears only where a value needs it. Only the directory is held in
 * memory, at most 32 MiB of it.
 * @throws ZipError
 */
export async function openZip(source: ByteSource): Promise<ZipArchive> {
  const place = await readEndRecord(source);
  const directory = parseCentralDirectory(await source.read(place.offset, place.size), place);
  const headers = windowedSource(source);
  const entries: ZipEntry[] = [];
  let end = 0;
  for (const central of directory) {
    checkAdjacent(central, end, entries.length === 0);
    const offset = await checkLocalHeader(headers, central, place.offset);
    end = offset + central.size;
    if (end > place.offset)
      throw new ZipError('OUT_OF_BOUNDS', 'data reaches into the directory', { entry: central.name });
    entries.push({ name: central.name, size: central.size, crc32: central.crc32, offset });
  }
  if (end < place.offset)
    throw new ZipError('GAP', `${place.offset - end} bytes before the directory`, {
      entry: 'central directory',
    });
  return { entries };
}

function checkAdjacent({ name, headerOffset }: CentralEntry, end: number, first: boolean): void {
  if (headerOffset < end)
    throw new ZipError('OVERLAP', 'entry begins inside another, or entries are out of order', {
      entry: name,
    });
  if (headerOffset > end)
    throw new ZipError(first ? 'LEADING_BYTES' : 'GAP', `${headerOffset - end} bytes before the entry`, {
      entry: name,
    });
}
