import { canonicalJson } from '#shared/lib/canonical-json';
import { type Sha256, sha256Hex } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import type { RecordingEntry, RecordingFact } from './recording-entry.ts';

/**
 * What the first entry names as the one before: SHA-256 of `recording/v1` LF and the capture id, so that a chain
 * belongs to one capture.
 */
export function recordingGenesis(capture: string): Sha256 {
  return sha256Hex(toUtf8(`recording/v1\n${capture}`));
}

/** SHA-256 over the RFC 8785 form of an entry without its `hash`. */
export function recordingHash({ hash: _, ...rest }: RecordingEntry): Sha256 {
  return sha256Hex(toUtf8(canonicalJson({ ...rest })));
}

/**
 * The entry that follows `head` (`undefined` before the first).
 * @throws RangeError for lone surrogates in its texts
 */
export function nextRecordingEntry(
  capture: string,
  head: Pick<RecordingEntry, 'seq' | 'hash'> | undefined,
  fact: RecordingFact,
): RecordingEntry {
  const seq = head === undefined ? 0 : head.seq + 1;
  const prev = head?.hash ?? recordingGenesis(capture);
  const open = { ...fact, seq, prev };
  return { ...open, hash: sha256Hex(toUtf8(canonicalJson(open))) };
}

/** The line of `evidence/recording.jsonl`, with its LF. */
export function recordingLine(entry: RecordingEntry): string {
  return `${canonicalJson({ ...entry })}\n`;
}
