import { canonicalJson } from '#shared/lib/canonical-json';
import type { JournalLine } from './entry.ts';
import { JournalError } from './journal-error.ts';

/**
 * Text of `evidence/journal.jsonl`: the entries from `fromSeq` to the `capture-closed` of `capture`, one RFC 8785
 * line each, LF-terminated. Entries that do not belong to the capture travel without detail and salt: the chain
 * needs their hashes only.
 * @param lines the device journal, ascending, detail included.
 * @throws JournalError NOT_CLOSED
 */
export function journalSegment(lines: readonly JournalLine[], capture: string, fromSeq: number): string {
  const end = lines.findIndex((line) => line.event === 'capture-closed' && belongsTo(line, capture));
  const start = lines.findIndex((line) => line.seq === fromSeq);
  if (end === -1 || start === -1 || start > end)
    throw new JournalError('NOT_CLOSED', `${capture} has no journal from ${fromSeq} to its end`);
  return lines
    .slice(start, end + 1)
    .map((line) => `${canonicalJson({ ...(belongsTo(line, capture) ? line : withoutDetail(line)) })}\n`)
    .join('');
}

/** Whether the entry shows its detail and names this capture in it. */
export function belongsTo(line: JournalLine, capture: string): boolean {
  return line.detail?.capture === capture;
}

function withoutDetail({ salt: _, detail: __, ...entry }: JournalLine): JournalLine {
  return entry;
}
