import { concatBytes } from '#shared/lib/concat-bytes';
import { LogError } from './log-error.ts';

/** An entry's length is a uint16 (C2SP tlog-tiles, "Log entries"). */
export const MAX_ENTRY_BYTES = 65_535;

/** Entries in order, each after its length as big-endian uint16. */
export function formatEntries(entries: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return concatBytes(
    ...entries.flatMap((entry) => [Uint8Array.of(entry.length >> 8, entry.length & 255), entry]),
  );
}

/**
 * Inverse of `formatEntries`.
 * @throws LogError ENTRIES_MALFORMED when the bytes do not end with an entry.
 */
export function parseEntries(bytes: Uint8Array): Uint8Array[] {
  const entries: Uint8Array[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const length = ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
    const end = offset + 2 + length;
    if (end > bytes.length) throw new LogError('ENTRIES_MALFORMED', 'entry bundle is cut off');
    entries.push(bytes.slice(offset + 2, end));
    offset = end;
  }
  return entries;
}
