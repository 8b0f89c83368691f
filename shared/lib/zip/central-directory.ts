import type { DirectoryPlace } from './end-record.ts';
import { checkDistinctNames, parseEntryName } from './entry-name.ts';
import { type HeaderView, headerView } from './header-view.ts';
import { ZipError } from './zip-error.ts';
import { CENTRAL_LENGTH, CENTRAL_SIGNATURE, UTF8_FLAG } from './zip-format.ts';
import { readZip64Sizes } from './zip64-extra.ts';

/** What the directory says of one entry; the fields a local header repeats are kept as they are. */
export interface CentralEntry {
  readonly name: string;
  readonly versionNeeded: number;
  readonly flags: number;
  readonly time: number;
  readonly date: number;
  readonly crc32: number;
  readonly size: number;
  /** Offset of the local header. */
  readonly headerOffset: number;
}

/** Closed lists: JSZip (DOS, UNIX) and our own writer. */
const versionsMadeBy = [0x0014, 0x002d, 0x0314, 0x031e, 0x032d];
const versionsNeeded = [10, 20, 45];

/**
 * Parses the whole directory.
 * @throws ZipError at the first fault, in the order of the directory.
 */
export function parseCentralDirectory(bytes: Uint8Array, { count }: DirectoryPlace): CentralEntry[] {
  const view = headerView(bytes);
  const entries: CentralEntry[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (at + CENTRAL_LENGTH > bytes.length || view.u32(at) !== CENTRAL_SIGNATURE)
      throw malformed('no entry record');
    const end = at + CENTRAL_LENGTH + view.u16(at + 28) + view.u16(at + 30) + view.u16(at + 32);
    if (end > bytes.length) throw malformed('entry record is cut off');
    entries.push(parseEntry(headerView(bytes.subarray(at, end))));
    at = end;
  }
  if (entries.length !== count)
    throw new ZipError('ENTRY_COUNT', `${entries.length} entries, ${count} announced`, {
      entry: 'central directory',
    });
  checkDistinctNames(entries.map(({ name }) => name));
  return entries;
}

function parseEntry(view: HeaderView): CentralEntry {
  const nameEnd = CENTRAL_LENGTH + view.u16(28);
  const flags = view.u16(8);
  const name = parseEntryName(view.bytes(CENTRAL_LENGTH, nameEnd), flags);
  checkFlags(flags, name);
  if (view.u16(10) !== 0) throw new ZipError('COMPRESSED', `method ${view.u16(10)}`, { entry: name });
  if (!versionsMadeBy.includes(view.u16(4)) || !versionsNeeded.includes(view.u16(6)))
    throw new ZipError('VERSION_UNKNOWN', 'version of the format', { entry: name });
  if (view.u16(32) !== 0) throw new ZipError('ENTRY_COMMENT', 'comment of an entry', { entry: name });
  if (view.u16(34) !== 0) throw new ZipError('MULTIPLE_DISKS', 'entry on another disk', { entry: name });
  checkAttributes(view.u16(36), view.u32(38), view.u16(4) >> 8, name);
  const plain = { stored: view.u32(20), size: view.u32(24), headerOffset: view.u32(42) };
  const extra = view.bytes(nameEnd, nameEnd + view.u16(30));
  const { stored, size, headerOffset } = readZip64Sizes(extra, plain, name);
  if (stored !== size)
    throw new ZipError('SIZE_MISMATCH', `${stored} bytes stored, ${size} declared`, { entry: name });
  return {
    name,
    versionNeeded: view.u16(6),
    flags,
    time: view.u16(12),
    date: view.u16(14),
    crc32: view.u32(16),
    size,
    headerOffset,
  };
}

function checkFlags(flags: number, entry: string): void {
  // Bits 0, 6 and 13: encrypted, strongly encrypted, masked headers (APPNOTE §4.4.4).
  if (flags & 0x2041) throw new ZipError('ENCRYPTED', 'encrypted entry', { entry });
  if (flags & 0x0008) throw new ZipError('DATA_DESCRIPTOR', 'sizes follow the data', { entry });
  if (flags & ~UTF8_FLAG) throw new ZipError('FLAG_UNKNOWN', `flags 0x${flags.toString(16)}`, { entry });
}

/** @param host 0: DOS attributes in the low byte; 3: UNIX mode in the high half too. */
function checkAttributes(internal: number, external: number, host: number, entry: string): void {
  const mode = external >>> 16;
  const type = mode & 0xf000;
  if (type === 0xa000) throw new ZipError('SYMLINK', 'symbolic link', { entry });
  if (type === 0x4000 || external & 0x10)
    throw new ZipError('DIRECTORY_ENTRY', 'entry for a folder', { entry });
  const regular = host === 3 ? type === 0x8000 || mode === 0 : mode === 0;
  // Low byte: read-only and archive bits only.
  if (!regular || (external & 0xffde) !== 0 || internal > 1)
    throw new ZipError('FILE_TYPE', 'not a regular file', { entry });
}

function malformed(message: string): ZipError {
  return new ZipError('DIRECTORY_MALFORMED', message, { entry: 'central directory' });
}
