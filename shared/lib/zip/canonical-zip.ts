import { concatBytes } from '../concat-bytes.ts';
import { toUtf8 } from '../utf8.ts';
import { checkDistinctNames, checkEntryName } from './entry-name.ts';
import { ZipError } from './zip-error.ts';
import {
  CENTRAL_LENGTH,
  CENTRAL_SIGNATURE,
  END_LENGTH,
  END_SIGNATURE,
  END64_LENGTH,
  END64_SIGNATURE,
  LOCAL_LENGTH,
  LOCAL_SIGNATURE,
  LOCATOR64_LENGTH,
  LOCATOR64_SIGNATURE,
  MAX_ENTRIES,
  U16_MAX,
  U32_MAX,
  UTF8_FLAG,
  ZIP64_EXTRA,
} from './zip-format.ts';

/** All that the headers of a sealed package may depend on. */
export interface CanonicalEntry {
  readonly name: string;
  readonly size: number;
  readonly crc32: number;
}

export interface CanonicalZip {
  /** To be written before the data of each entry, in order. */
  readonly localHeaders: readonly Uint8Array[];
  /** Directory and end records, after the last entry. */
  readonly trailer: Uint8Array;
  /** Bytes of the whole archive. */
  readonly size: number;
}

/** 1980-01-01, the earliest date ZIP knows: the headers say nothing of when they were written. */
const DATE = 0x0021;

/**
 * The headers of a ZIP archive of STORED entries in the only form a sealed package may have: no times, no
 * attributes, no comments, Zip64 exactly where a value needs it, so that names, sizes and CRCs determine every byte.
 * @throws ZipError NAME_…, DIRECTORY_ENTRY, TOO_MANY_ENTRIES
 */
export function canonicalZip(entries: readonly CanonicalEntry[]): CanonicalZip {
  if (entries.length > MAX_ENTRIES) throw new ZipError('TOO_MANY_ENTRIES', `${entries.length} entries`);
  checkDistinctNames(entries.map(({ name }) => checkEntryName(name)));
  const localHeaders: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const entry of entries) {
    const local = localHeader(entry, offset);
    localHeaders.push(local);
    directory.push(centralHeader(entry, offset));
    offset += local.length + entry.size;
  }
  const central = joined(directory);
  const trailer = concatBytes(central, endRecords(entries.length, central.length, offset));
  return { localHeaders, trailer, size: offset + trailer.length };
}

function localHeader({ name, size, crc32 }: CanonicalEntry, offset: number): Uint8Array {
  const nameBytes = toUtf8(name);
  const extra = zip64Extra(size >= U32_MAX ? [size, size] : []);
  return record(
    LOCAL_LENGTH,
    (view) => {
      view.setUint32(0, LOCAL_SIGNATURE, true);
      view.setUint16(4, versionFor(size, offset), true);
      view.setUint16(6, flagsFor(name, nameBytes), true);
      view.setUint16(12, DATE, true);
      view.setUint32(14, crc32, true);
      view.setUint32(18, Math.min(size, U32_MAX), true);
      view.setUint32(22, Math.min(size, U32_MAX), true);
      view.setUint16(26, nameBytes.length, true);
      view.setUint16(28, extra.length, true);
    },
    nameBytes,
    extra,
  );
}

function centralHeader({ name, size, crc32 }: CanonicalEntry, offset: number): Uint8Array {
  const nameBytes = toUtf8(name);
  const extra = zip64Extra([
    ...(size >= U32_MAX ? [size, size] : []),
    ...(offset >= U32_MAX ? [offset] : []),
  ]);
  return record(
    CENTRAL_LENGTH,
    (view) => {
      view.setUint32(0, CENTRAL_SIGNATURE, true);
      view.setUint16(4, versionFor(size, offset), true);
      view.setUint16(6, versionFor(size, offset), true);
      view.setUint16(8, flagsFor(name, nameBytes), true);
      view.setUint16(14, DATE, true);
      view.setUint32(16, crc32, true);
      view.setUint32(20, Math.min(size, U32_MAX), true);
      view.setUint32(24, Math.min(size, U32_MAX), true);
      view.setUint16(28, nameBytes.length, true);
      view.setUint16(30, extra.length, true);
      view.setUint32(42, Math.min(offset, U32_MAX), true);
    },
    nameBytes,
    extra,
  );
}

function endRecords(count: number, size: number, offset: number): Uint8Array {
  const wide = count >= U16_MAX || size >= U32_MAX || offset >= U32_MAX;
  const end = record(END_LENGTH, (view) => {
    view.setUint32(0, END_SIGNATURE, true);
    view.setUint16(8, Math.min(count, U16_MAX), true);
    view.setUint16(10, Math.min(count, U16_MAX), true);
    view.setUint32(12, Math.min(size, U32_MAX), true);
    view.setUint32(16, Math.min(offset, U32_MAX), true);
  });
  return wide ? concatBytes(end64(count, size, offset), locator64(offset + size), end) : end;
}

function end64(count: number, size: number, offset: number): Uint8Array {
  return record(END64_LENGTH, (view) => {
    view.setUint32(0, END64_SIGNATURE, true);
    view.setBigUint64(4, BigInt(END64_LENGTH - 12), true);
    view.setUint16(12, 45, true);
    view.setUint16(14, 45, true);
    view.setBigUint64(24, BigInt(count), true);
    view.setBigUint64(32, BigInt(count), true);
    view.setBigUint64(40, BigInt(size), true);
    view.setBigUint64(48, BigInt(offset), true);
  });
}

function locator64(offset: number): Uint8Array {
  return record(LOCATOR64_LENGTH, (view) => {
    view.setUint32(0, LOCATOR64_SIGNATURE, true);
    view.setBigUint64(8, BigInt(offset), true);
    view.setUint32(16, 1, true);
  });
}

function zip64Extra(numbers: readonly number[]): Uint8Array {
  if (numbers.length === 0) return new Uint8Array();
  return record(4 + 8 * numbers.length, (view) => {
    view.setUint16(0, ZIP64_EXTRA, true);
    view.setUint16(2, 8 * numbers.length, true);
    for (const [index, number] of numbers.entries()) view.setBigUint64(4 + 8 * index, BigInt(number), true);
  });
}

function versionFor(size: number, offset: number): number {
  return size >= U32_MAX || offset >= U32_MAX ? 45 : 20;
}

function flagsFor(name: string, bytes: Uint8Array): number {
  return bytes.length === name.length ? 0 : UTF8_FLAG;
}

function record(length: number, fill: (view: DataView) => void, ...rest: Uint8Array[]): Uint8Array {
  const fixed = new Uint8Array(length);
  fill(new DataView(fixed.buffer));
  return rest.length === 0 ? fixed : concatBytes(fixed, ...rest);
}

/** As `concatBytes`, for more parts than a call may have arguments. */
function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
