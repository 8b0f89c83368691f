import { toHex } from '#shared/lib/hex';
import type { ByteSource, Ports } from '#shared/lib/port';
import { rangeDigest } from '#shared/lib/range-digest';
import { parseRecording } from './parse-recording.ts';
import type { RecordingChunk, RecordingEntry } from './recording-entry.ts';
import { RecordingError } from './recording-error.ts';

/** Ports that hash a range of the file. */
export type RecordingPorts = Pick<Ports, 'createSha256' | 'crc32'>;

/**
 * Verifies a recording against its chain: the chunks cover the file exactly and each has the SHA-256 its entry
 * states. The file is read in pieces of at most 1 MiB.
 * @param journal bytes of `evidence/recording.jsonl`
 * @param file `evidence/recording.webm`
 * @returns all entries of the chain, in order
 * @throws RecordingError naming the line or the chunk
 */
export async function verifyRecordingChain(
  journal: Uint8Array,
  file: ByteSource,
  capture: string,
  ports: RecordingPorts,
): Promise<RecordingEntry[]> {
  const entries = parseRecording(journal, capture);
  const chunks = chunksOf(entries);
  const last = chunks.at(-1);
  const end = last === undefined ? 0 : last.offset + last.bytes;
  if (end !== file.size)
    throw new RecordingError('RECORDING_BOUNDS', `the chunks end at ${end}, the file at ${file.size}`);
  for (const chunk of chunks) await checkChunk(chunk, file, chunk.offset, ports);
  return entries;
}

/** The chunks among the entries. */
export function chunksOf(entries: readonly RecordingEntry[]): RecordingChunk[] {
  return entries.filter((entry) => entry.type === 'chunk');
}

/**
 * Verifies that `chunk` lies at `offset` of a file.
 * @throws RecordingError RECORDING_CHUNK_ALTERED
 */
export async function checkChunk(
  chunk: RecordingChunk,
  file: ByteSource,
  offset: number,
  ports: RecordingPorts,
): Promise<void> {
  const { sha256 } = await rangeDigest(file, offset, chunk.bytes, ports);
  if (toHex(sha256) !== chunk.sha256)
    throw new RecordingError('RECORDING_CHUNK_ALTERED', `SHA-256 is ${toHex(sha256)}`, {
      entry: `chunk ${chunk.index}`,
    });
}
