import * as v from 'valibot';
import { canonicalJson, type Json } from '#shared/lib/canonical-json';
import { LAST_INSTANT } from '#shared/lib/last-instant';
import { parseJson } from '#shared/lib/parse-json';
import { isSha256, type Sha256 } from '#shared/lib/sha256';
import { fromUtf8 } from '#shared/lib/utf8';
import { detailHash, entryHash, GENESIS } from './chain.ts';
import { type JournalLine, journalEvents } from './entry.ts';
import { JournalError } from './journal-error.ts';

const sha256 = v.custom<Sha256>(isSha256, 'not a SHA-256');
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const entry = {
  seq: count,
  at: v.pipe(count, v.maxValue(LAST_INSTANT)),
  mono: v.pipe(v.number(), v.finite()),
  event: v.picklist(journalEvents),
  detailHash: sha256,
  prev: sha256,
  hash: sha256,
};
const shown = v.strictObject({
  ...entry,
  salt: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
  detail: v.custom<Record<string, Json>>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  ),
});
const lineSchema = v.union([shown, v.strictObject(entry)]);

/**
 * Parses and verifies a journal segment: every line is the RFC 8785 form of an entry, hashes and detail hashes are
 * right, numbers are unbroken, each entry names the one before. What the first entry follows is left to the caller,
 * except that entry 0 follows nothing.
 * @throws JournalError at the first fault.
 */
export function parseJournal(bytes: Uint8Array): JournalLine[] {
  const text = decode(bytes);
  const lines: JournalLine[] = [];
  // Line by line, so that the first fault ends it: a hostile text may be nothing but line feeds.
  for (let start = 0; start < text.length || lines.length === 0; ) {
    const end = text.indexOf('\n', start);
    if (end < 0) throw fault('LINE_MALFORMED', lines.length, 'no final LF');
    const line = parseLine(text.slice(start, end), lines.length);
    verifyEntry(line, lines.at(-1), lines.length);
    lines.push(line);
    start = end + 1;
  }
  return lines;
}

function parseLine(text: string, index: number): JournalLine {
  let value: Json;
  try {
    value = parseJson(text);
  } catch (cause) {
    throw fault('LINE_MALFORMED', index, 'not JSON', cause);
  }
  const parsed = v.safeParse(lineSchema, value, { abortEarly: true });
  if (!parsed.success) throw fault('LINE_MALFORMED', index, parsed.issues[0].message);
  if (canonical(value, index) !== text) throw fault('LINE_MALFORMED', index, 'not in RFC 8785 form');
  return parsed.output;
}

function canonical(value: Json, index: number): string {
  try {
    return canonicalJson(value);
  } catch (cause) {
    throw fault('LINE_MALFORMED', index, 'no RFC 8785 form', cause);
  }
}

function verifyEntry(line: JournalLine, before: JournalLine | undefined, index: number): void {
  if (entryHash(line) !== line.hash) throw fault('ENTRY_HASH', index, 'hash does not fit the entry');
  const { salt, detail } = line;
  if (salt !== undefined && detail !== undefined && detailHash({ salt, detail }) !== line.detailHash)
    throw fault('DETAIL_HASH', index, 'detail does not fit its hash');
  if (before === undefined) {
    if (line.seq === 0 && line.prev !== GENESIS)
      throw fault('CHAIN_BROKEN', index, 'entry 0 follows something');
    return;
  }
  if (line.seq !== before.seq + 1) throw fault('SEQUENCE_GAP', index, `${line.seq} follows ${before.seq}`);
  if (line.prev !== before.hash) throw fault('CHAIN_BROKEN', index, 'does not follow the entry before');
}

function decode(bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes);
  } catch (cause) {
    throw fault('LINE_MALFORMED', 0, 'not UTF-8', cause);
  }
}

function fault(code: JournalError['code'], index: number, message: string, cause?: unknown): JournalError {
  return new JournalError(code, message, { entry: `line ${index + 1}`, cause });
}
