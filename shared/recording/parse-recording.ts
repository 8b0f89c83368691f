import * as v from 'valibot';
import { canonicalJson, type Json } from '#shared/lib/canonical-json';
import { parseJson } from '#shared/lib/parse-json';
import { fromUtf8 } from '#shared/lib/utf8';
import { recordingGenesis, recordingHash } from './recording-chain.ts';
import { type RecordingChunk, type RecordingEntry, recordingEntrySchema } from './recording-entry.ts';
import { RecordingError } from './recording-error.ts';

/**
 * Parses and verifies `evidence/recording.jsonl` in itself: one RFC 8785 line for each entry, an unbroken chain that
 * begins with the capture, chunks that lie behind each other in the file and in time.
 * @throws RecordingError naming the line
 */
export function parseRecording(bytes: Uint8Array, capture: string): RecordingEntry[] {
  const text = decode(bytes);
  const entries: RecordingEntry[] = [];
  let chunk: RecordingChunk | undefined;
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start);
    if (end < 0) throw fault('RECORDING_LINE_MALFORMED', entries.length, 'no final LF');
    const entry = parseLine(text.slice(start, end), entries.length);
    checkLink(entry, entries.at(-1), capture, entries.length);
    if (entry.type === 'chunk') {
      checkPlace(entry, chunk, entries.length);
      chunk = entry;
    }
    entries.push(entry);
    start = end + 1;
  }
  return entries;
}

function parseLine(text: string, index: number): RecordingEntry {
  let value: Json;
  let canonical: boolean;
  try {
    value = parseJson(text);
    canonical = canonicalJson(value) === text;
  } catch (cause) {
    throw fault('RECORDING_LINE_MALFORMED', index, 'not JSON', cause);
  }
  const parsed = v.safeParse(recordingEntrySchema, value, { abortEarly: true });
  if (!parsed.success) throw fault('RECORDING_LINE_MALFORMED', index, parsed.issues[0].message);
  if (!canonical) throw fault('RECORDING_LINE_MALFORMED', index, 'not in RFC 8785 form');
  return parsed.output;
}

function checkLink(
  entry: RecordingEntry,
  before: RecordingEntry | undefined,
  capture: string,
  index: number,
): void {
  const follows = entry.seq === index && entry.prev === (before?.hash ?? recordingGenesis(capture));
  if (!follows) throw fault('RECORDING_CHAIN_BROKEN', index, 'does not follow the entry before');
  if (recordingHash(entry) !== entry.hash)
    throw fault('RECORDING_CHAIN_BROKEN', index, 'hash does not fit the entry');
}

function checkPlace(chunk: RecordingChunk, before: RecordingChunk | undefined, index: number): void {
  const offset = before === undefined ? 0 : before.offset + before.bytes;
  const number = before === undefined ? 0 : before.index + 1;
  const inTime = chunk.fromMs >= (before?.toMs ?? 0) && chunk.toMs >= chunk.fromMs;
  if (chunk.offset !== offset || chunk.index !== number || !inTime)
    throw fault('RECORDING_BOUNDS', index, 'does not lie behind the chunk before');
}

function decode(bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes);
  } catch (cause) {
    throw fault('RECORDING_LINE_MALFORMED', 0, 'not UTF-8', cause);
  }
}

function fault(
  code: RecordingError['code'],
  index: number,
  message: string,
  cause?: unknown,
): RecordingError {
  return new RecordingError(code, message, { entry: `line ${index + 1}`, cause });
}
