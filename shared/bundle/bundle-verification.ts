import { artefactDefinition } from '#shared/artefact/index';
import type { EnvironmentReport } from '#shared/environment/environment-report';
import type { FactsFile } from '#shared/fact/facts-file';
import type { JournalLine } from '#shared/journal/entry';
import type { ByteSource, Ports } from '#shared/lib/port';
import type { Sha256 } from '#shared/lib/sha256';
import type { ZipEntry } from '#shared/lib/zip/open-zip';
import { readEntry } from '#shared/lib/zip/read-entry';
import type { RecordingFacts } from '#shared/recording/recording-facts';
import { BundleError } from './bundle-error.ts';
import type { CaptureRecord } from './capture-record.ts';
import type { ChallengeFile } from './challenge.ts';
import type { Datapackage } from './datapackage.ts';
import { inFile } from './in-file.ts';
import { bundlePath } from './layout.ts';

/** What a sound bundle may lack; it is accepted, and every document says so. */
export type BundleDefect =
  | 'no-challenge'
  /** The challenge came in a file and names no number: numbering is self-asserted. */
  | 'carried-challenge'
  /** More time between challenge and anchor than the limit allows. */
  | 'challenge-stale'
  | 'no-anchor'
  /** Time-stamp without log proof, or the other way round. */
  | 'no-anchor-proof'
  /** The device clock contradicts challenge or anchor by more than two minutes. */
  | 'device-clock-differs'
  /** The device clock was moved, or went back, while the capture ran. */
  | 'clock-changed'
  /** No exchange was recorded. */
  | 'no-warc'
  | 'no-index'
  /** Sound was recorded and nobody wrote down what is said. */
  | 'sound-without-text';

/** What the checks establish, each for those after it. */
export interface BundleFindings {
  /** By name, in the order of the file. */
  entries: ReadonlyMap<string, ZipEntry>;
  datapackage: Datapackage;
  datapackageSha256: Sha256;
  /** Digests of all listed files, recomputed. */
  digests: ReadonlyMap<string, Sha256>;
  devicePublicKey: Uint8Array;
  record: CaptureRecord;
  /** Bytes of `evidence/journal.jsonl`. */
  journalBytes: Uint8Array;
  journal: readonly JournalLine[];
  challenge: ChallengeFile;
  challengeTime: number;
  anchorTime: number;
  recording: RecordingFacts;
  /** Comparison of the page with its responses and with itself as found. */
  facts: FactsFile;
  environment: EnvironmentReport;
}

/** One run over one bundle. */
export interface BundleVerification {
  readonly source: ByteSource;
  readonly ports: Ports;
  /** Longest time from challenge to anchor that is not a defect. */
  readonly maxChallengeMinutes: number;
  readonly found: Partial<BundleFindings>;
  readonly defects: BundleDefect[];
}

/** What an earlier check established; asking before it ran is a mistake of ours. */
export function established<Slot extends keyof BundleFindings>(
  { found }: BundleVerification,
  slot: Slot,
): BundleFindings[Slot] {
  const value = found[slot];
  if (value === undefined) throw new TypeError(`${slot} is not established yet`);
  return value;
}

/** Files that grow with the capture and are read whole: 60,000 artefacts fit. */
const LONG_FILE_LIMIT = 2 ** 26;
const longFiles: ReadonlySet<string> = new Set([
  bundlePath.datapackage,
  bundlePath.captureRecord,
  bundlePath.journal,
  bundlePath.cdx,
  bundlePath.recordingJournal,
  bundlePath.tlsChains,
  artefactDefinition('facts').path(1),
  bundlePath.environment,
]);
/** Tokens, proofs, challenge, page list. */
const SHORT_FILE_LIMIT = 2 ** 20;

/**
 * Bytes of a file that is read whole, `undefined` when the bundle has none.
 * @throws BundleError FILE_TOO_LARGE, CRC_MISMATCH
 */
export async function readFile(
  verification: BundleVerification,
  path: string,
): Promise<Uint8Array | undefined> {
  const entry = established(verification, 'entries').get(path);
  if (entry === undefined) return undefined;
  if (entry.size > (longFiles.has(path) ? LONG_FILE_LIMIT : SHORT_FILE_LIMIT))
    throw new BundleError('FILE_TOO_LARGE', `${entry.size} bytes`, { entry: path });
  return inFile(path, () => readEntry(verification.source, entry));
}

/**
 * As `readFile`, for a file that must be there.
 * @throws BundleError ENTRY_MISSING too.
 */
export async function requireFile(verification: BundleVerification, path: string): Promise<Uint8Array> {
  const bytes = await readFile(verification, path);
  if (bytes === undefined) throw new BundleError('ENTRY_MISSING', 'file is missing', { entry: path });
  return bytes;
}
