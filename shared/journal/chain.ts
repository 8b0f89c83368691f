import { canonicalJson } from '#shared/lib/canonical-json';
import { concatBytes } from '#shared/lib/concat-bytes';
import { fromHex } from '#shared/lib/hex';
import { type Sha256, sha256Hex } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import type { JournalDetail, JournalEntry, JournalEvent } from './entry.ts';

/** `prev` of the very first entry. */
export const GENESIS = '0'.repeat(64) as Sha256;

/** SHA-256(salt ‖ RFC 8785 form of the detail). */
export function detailHash({ salt, detail }: JournalDetail): Sha256 {
  return sha256Hex(concatBytes(fromHex(salt), toUtf8(canonicalJson(detail))));
}

/** SHA-256 over the RFC 8785 form of an entry without its `hash`. */
export function entryHash(entry: Omit<JournalEntry, 'hash'>): Sha256 {
  const { seq, at, mono, event, detailHash, prev } = entry;
  return sha256Hex(toUtf8(canonicalJson({ seq, at, mono, event, detailHash, prev })));
}

/** The entry that follows `head` (`undefined` before the first). Time and salt come from the caller. */
export function nextEntry(
  head: Pick<JournalEntry, 'seq' | 'hash'> | undefined,
  what: { at: number; mono: number; event: JournalEvent } & JournalDetail,
): JournalEntry {
  const open = {
    seq: head === undefined ? 0 : head.seq + 1,
    at: what.at,
    mono: what.mono,
    event: what.event,
    detailHash: detailHash(what),
    prev: head === undefined ? GENESIS : head.hash,
  };
  return { ...open, hash: entryHash(open) };
}
