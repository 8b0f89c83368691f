import type { ByteSource } from '#shared/lib/port';
import { parseRecording } from './parse-recording.ts';
import type { RecordingChunk } from './recording-entry.ts';
import { RecordingError } from './recording-error.ts';
import { checkChunk, chunksOf, type RecordingPorts } from './verify-recording-chain.ts';

/** Where the bytes of an excerpt lie in the whole recording, in order. */
export interface ExcerptRange {
  readonly offset: number;
  readonly bytes: number;
}

/**
 * What to copy for chunks `from` to `to`. Chunk 0 always comes first: it holds the WebM header, without which no
 * later chunk plays.
 * @throws RecordingError RECORDING_BOUNDS
 */
export function excerptRanges(
  chunks: readonly RecordingChunk[],
  from: number,
  to: number,
): readonly ExcerptRange[] {
  return excerptChunks(chunks, from, to).map(({ offset, bytes }) => ({ offset, bytes }));
}

/**
 * Verifies that `excerpt` holds chunk 0 and chunks `from` to `to` of the recording this chain describes, and nothing
 * else. The chain is the whole one: an excerpt is verified as part of it.
 * @param journal bytes of `evidence/recording.jsonl` of the whole recording
 * @returns the chunks the excerpt holds
 * @throws RecordingError naming the line or the chunk
 */
export async function verifyExcerpt(
  journal: Uint8Array,
  excerpt: ByteSource,
  { capture, from, to }: { readonly capture: string; readonly from: number; readonly to: number },
  ports: RecordingPorts,
): Promise<readonly RecordingChunk[]> {
  const held = excerptChunks(chunksOf(parseRecording(journal, capture)), from, to);
  const size = held.reduce((sum, { bytes }) => sum + bytes, 0);
  if (size !== excerpt.size)
    throw new RecordingError('RECORDING_BOUNDS', `chunks of ${size} bytes, an excerpt of ${excerpt.size}`);
  let offset = 0;
  for (const chunk of held) {
    await checkChunk(chunk, excerpt, offset, ports);
    offset += chunk.bytes;
  }
  return held;
}

function excerptChunks(chunks: readonly RecordingChunk[], from: number, to: number): RecordingChunk[] {
  const [first] = chunks;
  const whole = Number.isSafeInteger(from) && Number.isSafeInteger(to);
  if (first === undefined || !whole || from < 0 || to < from || to >= chunks.length)
    throw new RecordingError('RECORDING_BOUNDS', `no chunks ${from} to ${to} of ${chunks.length}`);
  const asked = chunks.slice(from, to + 1);
  return from === 0 ? asked : [first, ...asked];
}
