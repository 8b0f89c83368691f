import { access } from 'node:fs/promises';
import { artefactDefinition } from '#shared/artefact/index';
import { bundlePath } from '#shared/bundle/layout';
import type { ByteSource } from '#shared/lib/port';
import { entrySource } from '#shared/lib/zip/read-entry';
import { type ExcerptRange, excerptRanges, verifyExcerpt } from '#shared/recording/excerpt';
import { parseRecording } from '#shared/recording/parse-recording';
import type { RecordingChunk } from '#shared/recording/recording-entry';
import { RecordingError } from '#shared/recording/recording-error';
import { chunksOf } from '#shared/recording/verify-recording-chain';
import { inspectPackage } from '#shared/verify/verify-package';
import { ExcerptError, type ExcerptPlace, excerptUsage, parseExcerptArguments } from './excerpt-arguments.ts';
import { writeDurable } from './store/durable-file.ts';
import { openFileSource } from './store/file-source.ts';
import { nodePorts } from './store/node-ports.ts';
import { type CommandOutput, processOutput } from './verify-command.ts';

const PIECE_BYTES = 4 * 2 ** 20;

/**
 * `tiezheng excerpt PACKAGE --from PLACE --to PLACE --out FILE`: verifies the package, then writes chunk 0 and the
 * chunks asked for, byte for byte, and reads the file back against the chain of the whole recording.
 * @param argv arguments behind the word `excerpt`
 * @returns exit code: 0 written, 2 a command line that says too little
 * @throws ExcerptError OUT_EXISTS, NOT_INTACT, NO_RECORDING; RecordingError RECORDING_BOUNDS; StoreError
 */
export async function runExcerpt(
  argv: readonly string[],
  output: CommandOutput = processOutput,
): Promise<number> {
  try {
    const { file, from, to, out } = parseExcerptArguments(argv);
    if (await exists(out)) throw new ExcerptError('OUT_EXISTS', `there already: ${out}`, { entry: out });
    const source = await openFileSource(file);
    try {
      const recording = await openRecording(source, file);
      const range = { from: chunkAt(recording.chunks, from), to: chunkAt(recording.chunks, to) };
      await writeDurable(out, pieces(recording.video, excerptRanges(recording.chunks, range.from, range.to)));
      output.stdout(`${JSON.stringify(await readBack(out, recording, range))}\n`);
    } finally {
      await source.close();
    }
    return 0;
  } catch (error) {
    if (!(error instanceof ExcerptError) || error.code !== 'BAD_ARGUMENTS') throw error;
    output.stderr(`✗ ${error.message}\n\n${excerptUsage}\n`);
    return 2;
  }
}

interface OpenedRecording {
  readonly packageId: string | undefined;
  readonly capture: string;
  /** Bytes of `evidence/recording.jsonl`. */
  readonly journal: Uint8Array;
  readonly chunks: readonly RecordingChunk[];
  readonly video: ByteSource;
}

/** The recording of a package whose every check held, its own chain among them. */
async function openRecording(source: ByteSource, file: string): Promise<OpenedRecording> {
  const { report, contents } = await inspectPackage(source, nodePorts);
  const [failed] = report.checks.filter(({ status }) => status === 'fail');
  if (failed !== undefined || contents === undefined)
    throw new ExcerptError('NOT_INTACT', `${failed?.id ?? 'the bundle'} did not hold; run verify`, {
      entry: file,
    });
  const listed = contents.files.get(bundlePath.recordingJournal);
  const recorded = contents.files.get(artefactDefinition('recording').path(1));
  if (listed === undefined || recorded === undefined)
    throw new ExcerptError('NO_RECORDING', 'the package holds no recording', { entry: file });
  const capture = contents.record.id;
  const journal = await contents.source.read(listed.offset, listed.size);
  return {
    packageId: report.facts.id,
    capture,
    journal,
    chunks: chunksOf(parseRecording(journal, capture)),
    video: entrySource(contents.source, recorded),
  };
}

/** What was written, as it now lies on the disk. */
async function readBack(
  out: string,
  { packageId, capture, journal }: OpenedRecording,
  range: { readonly from: number; readonly to: number },
) {
  const written = await openFileSource(out);
  try {
    const held = await verifyExcerpt(journal, written, { capture, ...range }, nodePorts);
    const asked = held.filter(({ index }) => index >= range.from);
    return {
      ...{ package: packageId, capture, ...range },
      ...{ fromMs: asked[0]?.fromMs, toMs: asked.at(-1)?.toMs, bytes: written.size, out },
    };
  } finally {
    await written.close();
  }
}

function chunkAt(chunks: readonly RecordingChunk[], place: ExcerptPlace): number {
  if ('chunk' in place) return place.chunk;
  const found = chunks.find(({ toMs }) => place.atMs < toMs);
  if (found === undefined)
    throw new RecordingError(
      'RECORDING_BOUNDS',
      `the recording ends at ${((chunks.at(-1)?.toMs ?? 0) / 1000).toFixed(1)} s`,
    );
  return found.index;
}

async function* pieces(source: ByteSource, ranges: readonly ExcerptRange[]): AsyncGenerator<Uint8Array> {
  for (const { offset, bytes } of ranges)
    for (let at = 0; at < bytes; at += PIECE_BYTES)
      yield await source.read(offset + at, Math.min(PIECE_BYTES, bytes - at));
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
