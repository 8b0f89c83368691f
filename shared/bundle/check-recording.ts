import * as v from 'valibot';
import { artefactDefinition } from '#shared/artefact/index';
import { belongsTo } from '#shared/journal/journal-segment';
import { fromHex, toHex } from '#shared/lib/hex';
import { entrySource } from '#shared/lib/zip/read-entry';
import { parseTimeStampResponse } from '#shared/pki/time-stamp-response';
import { verifyTimeStamp } from '#shared/pki/verify-time-stamp';
import type { RecordingEntry } from '#shared/recording/recording-entry';
import { recordingFacts } from '#shared/recording/recording-facts';
import { chunksOf, verifyRecordingChain } from '#shared/recording/verify-recording-chain';
import { BundleError } from './bundle-error.ts';
import { type BundleVerification, established, requireFile } from './bundle-verification.ts';
import { sha256Schema } from './capture-record.ts';
import { inFile } from './in-file.ts';
import { bundlePath } from './layout.ts';

const JOURNAL = bundlePath.recordingJournal;
const FILE = artefactDefinition('recording').path(1);

/**
 * A recording is exactly the chunks of its chain, the device journal tells of the same chunks, and each of its tokens
 * is over a head of that chain. Sound without a written record of it is a defect.
 */
export async function checkRecording(verification: BundleVerification): Promise<void> {
  const entries = established(verification, 'entries');
  const file = entries.get(FILE);
  if (file === undefined && !entries.has(JOURNAL)) return;
  if (file === undefined)
    throw new BundleError('RECORDING_MISMATCH', 'a chain without its recording', { entry: JOURNAL });
  const { id } = established(verification, 'record');
  const bytes = await requireFile(verification, JOURNAL);
  const chain = await inFile(JOURNAL, () =>
    verifyRecordingChain(bytes, entrySource(verification.source, file), id, verification.ports),
  );
  checkJournalled(verification, chain);
  await checkTokens(verification, chain);
  const facts = recordingFacts(chain);
  if (facts.sound && facts.transcriptEntries === 0) verification.defects.push('sound-without-text');
  verification.found.recording = facts;
}

const chunkDetail = v.object({
  index: v.number(),
  bytes: v.number(),
  sha256: sha256Schema,
  head: sha256Schema,
});

/** One entry of the journal for each chunk, written when it was stored. */
function checkJournalled(verification: BundleVerification, chain: readonly RecordingEntry[]): void {
  const { id } = established(verification, 'record');
  const lines = established(verification, 'journal').filter(
    (line) => line.event === 'recording-chunk-stored' && belongsTo(line, id),
  );
  const chunks = chunksOf(chain);
  for (let at = 0; at < Math.max(lines.length, chunks.length); at++) {
    const parsed = v.safeParse(chunkDetail, lines[at]?.detail);
    const chunk = chunks[at];
    const told = parsed.success ? parsed.output : undefined;
    const same =
      told?.index === chunk?.index && told?.bytes === chunk?.bytes && told?.sha256 === chunk?.sha256;
    if (told === undefined || chunk === undefined || !same || told.head !== chunk.hash)
      throw new BundleError('RECORDING_MISMATCH', 'journal and recording tell of different chunks', {
        entry: `${JOURNAL}#chunk ${at}`,
      });
  }
}

async function checkTokens(
  verification: BundleVerification,
  chain: readonly RecordingEntry[],
): Promise<void> {
  const heads = new Set<string>(chain.map(({ hash }) => hash));
  const { artefacts } = established(verification, 'record');
  for (const { kind, path } of artefacts) {
    if (kind !== 'recording-anchor') continue;
    const token = await requireFile(verification, path);
    const stamped = await inFile(
      path,
      () => toHex(parseTimeStampResponse(token).imprint),
      'TIME_STAMP_INVALID',
    );
    if (!heads.has(stamped))
      throw new BundleError('RECORDING_MISMATCH', 'the token is over no head of the chain', { entry: path });
    await inFile(
      path,
      () => verifyTimeStamp(verification.ports, token, { digest: fromHex(stamped) }),
      'TIME_STAMP_INVALID',
    );
  }
}
