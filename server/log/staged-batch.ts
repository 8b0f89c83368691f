import { concatBytes } from '#shared/lib/concat-bytes';
import { equalBytes } from '#shared/lib/equal-bytes';
import { sha256 } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { formatEntries, parseEntries } from '#shared/log/entry-bundle';

/** Entries whose place in the log is decided, because they are on disk in this order. */
export interface StagedBatch {
  /** Index of the first entry. */
  readonly base: bigint;
  readonly entries: readonly Uint8Array[];
}

const MAGIC = toUtf8('TZB1');
/** Magic, base (uint64), payload length (uint32). */
const HEADER_BYTES = 4 + 8 + 4;
const DIGEST_BYTES = 32;

/** Magic, base, payload length, entries as in an entry bundle, SHA-256 of all that. */
export function encodeStagedBatch({ base, entries }: StagedBatch): Uint8Array {
  const payload = formatEntries(entries);
  const header = new Uint8Array(HEADER_BYTES);
  header.set(MAGIC);
  const view = new DataView(header.buffer);
  view.setBigUint64(4, base);
  view.setUint32(12, payload.length);
  const frame = concatBytes(header, payload);
  return concatBytes(frame, sha256(frame));
}

/**
 * The whole batches at the beginning of `bytes`, and how many bytes they take. What follows them is a write that a
 * crash tore: it was never signed, so it may be dropped.
 */
export function decodeStagedBatches(bytes: Uint8Array): { batches: StagedBatch[]; length: number } {
  const batches: StagedBatch[] = [];
  let length = 0;
  for (;;) {
    const batch = decodeOne(bytes.subarray(length));
    if (batch === undefined) return { batches, length };
    batches.push(batch.value);
    length += batch.length;
  }
}

function decodeOne(bytes: Uint8Array): { value: StagedBatch; length: number } | undefined {
  if (bytes.length < HEADER_BYTES || !equalBytes(bytes.subarray(0, 4), MAGIC)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const end = HEADER_BYTES + view.getUint32(12);
  const digest = bytes.subarray(end, end + DIGEST_BYTES);
  if (!equalBytes(digest, sha256(bytes.subarray(0, end)))) return undefined;
  const entries = parseEntries(bytes.subarray(HEADER_BYTES, end));
  return { value: { base: view.getBigUint64(4), entries }, length: end + DIGEST_BYTES };
}
