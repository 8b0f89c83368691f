import type { ByteSource } from '../port.ts';
import { type HeaderView, headerView } from './header-view.ts';
import { ZipError } from './zip-error.ts';
import {
  CENTRAL_SIGNATURE,
  END_LENGTH,
  END_SIGNATURE,
  END64_LENGTH,
  END64_SIGNATURE,
  LOCAL_SIGNATURE,
  LOCATOR64_LENGTH,
  LOCATOR64_SIGNATURE,
  MAX_DIRECTORY_BYTES,
  MAX_ENTRIES,
  U16_MAX,
  U32_MAX,
} from './zip-format.ts';

/** Where the central directory lies. */
export interface DirectoryPlace {
  readonly count: number;
  readonly offset: number;
  readonly size: number;
}

const END = 'end of central directory';

/**
 * Reads the end record, which must be the very last bytes, and the Zip64 records before it when values need them.
 * @throws ZipError
 */
export async function readEndRecord(source: ByteSource): Promise<DirectoryPlace> {
  if (source.size < END_LENGTH) throw new ZipError('NOT_A_ZIP', `only ${source.size} bytes`, { entry: END });
  const endOffset = source.size - END_LENGTH;
  const end = headerView(await source.read(endOffset, END_LENGTH));
  if (end.u32(0) !== END_SIGNATURE || end.u16(20) !== 0) throw await explainMissingEnd(source);
  if (end.u16(4) !== 0 || end.u16(6) !== 0 || end.u16(8) !== end.u16(10)) {
    const zip64 = end.u16(4) === U16_MAX || end.u16(6) === U16_MAX;
    throw new ZipError(zip64 ? 'ZIP64_MALFORMED' : 'MULTIPLE_DISKS', 'more than one disk', { entry: END });
  }
  const plain = { count: end.u16(10), size: end.u32(12), offset: end.u32(16) };
  const wide = plain.count === U16_MAX || plain.size === U32_MAX || plain.offset === U32_MAX;
  const locator = await readLocator(source, endOffset);
  if (wide !== (locator !== undefined)) {
    // 65,535 entries exactly need no Zip64 but look as if they did; nothing we write has that many.
    const code = wide ? 'ZIP64_MALFORMED' : 'ZIP64_NEEDLESS';
    throw new ZipError(code, 'Zip64 records do not fit the end record', { entry: END });
  }
  const place = locator === undefined ? plain : await readEnd64(source, locator, endOffset, plain);
  const directoryEnd = locator === undefined ? endOffset : endOffset - LOCATOR64_LENGTH - END64_LENGTH;
  await checkPlace(source, place, directoryEnd);
  return place;
}

/** The file does not end in a plain end record: tell a cut file from an appended one. */
async function explainMissingEnd(source: ByteSource): Promise<ZipError> {
  const length = Math.min(source.size, END_LENGTH + U16_MAX);
  const start = source.size - length;
  const tail = headerView(await source.read(start, length));
  for (let at = length - END_LENGTH; at >= 0; at--) {
    if (tail.u32(at) !== END_SIGNATURE) continue;
    const comment = tail.u16(at + 20);
    const rest = length - at - END_LENGTH;
    return comment > 0 && comment === rest
      ? new ZipError('ARCHIVE_COMMENT', `comment of ${comment} bytes`, { entry: END })
      : new ZipError('TRAILING_BYTES', `${rest} bytes after the end record`, { entry: END });
  }
  const first = headerView(await source.read(0, 4)).u32(0);
  return first === LOCAL_SIGNATURE
    ? new ZipError('TRUNCATED', 'end record is missing', { entry: END })
    : new ZipError('NOT_A_ZIP', 'no ZIP end record', { entry: END });
}

async function readLocator(source: ByteSource, endOffset: number): Promise<HeaderView | undefined> {
  if (endOffset < LOCATOR64_LENGTH) return undefined;
  const locator = headerView(await source.read(endOffset - LOCATOR64_LENGTH, LOCATOR64_LENGTH));
  return locator.u32(0) === LOCATOR64_SIGNATURE ? locator : undefined;
}

async function readEnd64(
  source: ByteSource,
  locator: HeaderView,
  endOffset: number,
  plain: DirectoryPlace,
): Promise<DirectoryPlace> {
  const malformed = (message: string): ZipError =>
    new ZipError('ZIP64_MALFORMED', message, { entry: 'zip64 end of central directory' });
  const offset = endOffset - LOCATOR64_LENGTH - END64_LENGTH;
  if (offset < 0 || locator.u32(4) !== 0 || locator.u32(16) !== 1) throw malformed('locator');
  try {
    if (locator.u64(8) !== offset) throw malformed('record is not where the locator says');
    const end = headerView(await source.read(offset, END64_LENGTH));
    const place = { count: end.u64(32), size: end.u64(40), offset: end.u64(48) };
    const fixed =
      end.u32(0) === END64_SIGNATURE &&
      end.u64(4) === END64_LENGTH - 12 &&
      end.u16(12) === 45 &&
      end.u16(14) === 45 &&
      end.u32(16) === 0 &&
      end.u32(20) === 0 &&
      end.u64(24) === place.count;
    const agrees =
      plain.count === Math.min(place.count, U16_MAX) &&
      plain.size === Math.min(place.size, U32_MAX) &&
      plain.offset === Math.min(place.offset, U32_MAX);
    if (!fixed || !agrees) throw malformed('record');
    return place;
  } catch (cause) {
    if (cause instanceof ZipError) throw cause;
    throw malformed('numbers above 2^53');
  }
}

async function checkPlace(source: ByteSource, place: DirectoryPlace, directoryEnd: number): Promise<void> {
  const entry = 'central directory';
  if (place.count === 0) throw new ZipError('EMPTY_ARCHIVE', 'no entries', { entry });
  if (place.count > MAX_ENTRIES) throw new ZipError('TOO_MANY_ENTRIES', `${place.count} entries`, { entry });
  if (place.size > MAX_DIRECTORY_BYTES)
    throw new ZipError('DIRECTORY_TOO_LARGE', `${place.size} bytes`, { entry });
  if (place.offset + place.size === directoryEnd) return;
  const shifted = directoryEnd - place.size;
  if (place.offset > directoryEnd || shifted < 0)
    throw new ZipError('OUT_OF_BOUNDS', 'directory lies outside the file', { entry });
  const there = headerView(await source.read(shifted, 4)).u32(0) === CENTRAL_SIGNATURE;
  const leading = there && shifted > place.offset;
  throw new ZipError(
    leading ? 'LEADING_BYTES' : 'DIRECTORY_MALFORMED',
    'directory is not where its record says',
    {
      entry,
    },
  );
}
