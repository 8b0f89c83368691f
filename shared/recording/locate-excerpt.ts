import type { ByteSource } from '#shared/lib/port';
import { excerptRanges, verifyExcerpt } from './excerpt.ts';
import { parseRecording } from './parse-recording.ts';
import type { RecordingChunk } from './recording-entry.ts';
import { RecordingError } from './recording-error.ts';
import { chunksOf, type RecordingPorts } from './verify-recording-chain.ts';

/** Which part of a recording an excerpt is: chunk 0, without which nothing plays, and chunks `from` to `to`. */
export interface ExcerptPlace {
  readonly from: number;
  readonly to: number;
  /** Offsets in the recording, ms. */
  readonly fromMs: number;
  readonly toMs: number;
  /** When the first of them was stored, UTC ms by the device's clock. */
  readonly storedAt: number;
}

/**
 * Finds where in a recording an excerpt comes from: nothing but the file is needed, its length and digests tell.
 * @param journal bytes of `evidence/recording.jsonl` of the whole recording
 * @throws RecordingError RECORDING_BOUNDS when no run of chunks is that long, RECORDING_CHUNK_ALTERED when one is but
 *   its bytes are others
 */
export async function locateExcerpt(
  journal: Uint8Array,
  excerpt: ByteSource,
  capture: string,
  ports: RecordingPorts,
): Promise<ExcerptPlace> {
  const chunks = chunksOf(parseRecording(journal, capture));
  let fault = new RecordingError('RECORDING_BOUNDS', `no chunks of ${excerpt.size} bytes follow each other`);
  for (const { from, to } of runsOf(chunks, excerpt.size)) {
    try {
      await verifyExcerpt(journal, excerpt, { capture, from, to }, ports);
      return placeOf(chunks, from, to);
    } catch (error) {
      if (!(error instanceof RecordingError)) throw error;
      fault = error;
    }
  }
  throw fault;
}

/** Every run of chunks that, with chunk 0 before it, has `size` bytes. */
function* runsOf(chunks: readonly RecordingChunk[], size: number): Generator<{ from: number; to: number }> {
  for (let from = 0; from < chunks.length; from++) {
    let bytes = excerptRanges(chunks, from, from).reduce((sum, range) => sum + range.bytes, 0);
    for (let to = from; bytes <= size; bytes += chunks[to]?.bytes ?? 0) {
      if (bytes === size) {
        yield { from, to };
        break;
      }
      if (++to >= chunks.length) break;
    }
  }
}

function placeOf(chunks: readonly RecordingChunk[], from: number, to: number): ExcerptPlace {
  const first = chunks[from];
  const last = chunks[to];
  if (first === undefined || last === undefined) throw new RangeError(`no chunks ${from} to ${to}`);
  return { from, to, fromMs: first.fromMs, toMs: last.toMs, storedAt: first.at };
}
