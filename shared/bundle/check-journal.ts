import type { JournalLine } from '#shared/journal/entry';
import { belongsTo } from '#shared/journal/journal-segment';
import { parseJournal } from '#shared/journal/parse-journal';
import { canonicalJson, type Json } from '#shared/lib/canonical-json';
import { BundleError } from './bundle-error.ts';
import { type BundleVerification, established, requireFile } from './bundle-verification.ts';
import { MAX_URL_LENGTH } from './capture-record.ts';
import { inFile } from './in-file.ts';
import { bundlePath } from './layout.ts';

const PATH = bundlePath.journal;

/**
 * The journal is an unbroken chain that begins with an entry of this capture and ends with its closing; between them
 * the capture starts once, as its record says.
 */
export async function checkJournal(verification: BundleVerification): Promise<void> {
  const bytes = await requireFile(verification, PATH);
  const journal = await inFile(PATH, () => parseJournal(bytes));
  const record = established(verification, 'record');
  const own = journal.filter((line) => belongsTo(line, record.id));
  const closings = own.filter(({ event }) => event === 'capture-closed');
  if (own[0] !== journal[0] || closings.length !== 1 || closings[0] !== journal.at(-1))
    throw new BundleError('JOURNAL_BOUNDS', 'does not begin and end with this capture', { entry: PATH });
  const starts = own.filter(({ event }) => event === 'capture-started');
  if (starts.length !== 1)
    throw new BundleError('JOURNAL_BOUNDS', `capture starts ${starts.length} times`, { entry: PATH });
  expectDetail(starts, {
    capture: record.id,
    kind: record.kind,
    mode: record.mode,
    challenge: record.challenge,
    sequence: record.sequence,
  });
  checkRequestedUrl(starts, record.url.requested);
  expectDetail(closings, {
    capture: record.id,
    record: established(verification, 'digests').get(bundlePath.captureRecord),
    artefacts: record.artefacts.length,
  });
  if (clockChanged(journal)) verification.defects.push('clock-changed');
  verification.found.journalBytes = bytes;
  verification.found.journal = journal;
}

/** Entries of two contexts written at once may differ by a little. */
const CLOCK_TOLERANCE_MS = 1000;

/** Said by the device, or seen by an entry that is earlier than the one before. */
function clockChanged(journal: readonly JournalLine[]): boolean {
  return journal.some(({ event, at }, index) => {
    const before = journal[index - 1];
    return event === 'clock-changed' || (before !== undefined && at + CLOCK_TOLERANCE_MS < before.at);
  });
}

/** The record cuts a URL at its limit; the journal has it whole. */
function checkRequestedUrl([line]: readonly JournalLine[], requested: string): void {
  const whole = line?.detail?.requestedUrl;
  if (typeof whole !== 'string' || whole.slice(0, MAX_URL_LENGTH) !== requested)
    throw mismatch(line, 'requestedUrl');
}

function expectDetail([line]: readonly JournalLine[], expected: Record<string, Json | undefined>): void {
  for (const [name, value] of Object.entries(expected))
    if (canonicalJson(line?.detail?.[name] ?? null) !== canonicalJson(value ?? null))
      throw mismatch(line, name);
}

function mismatch(line: JournalLine | undefined, name: string): BundleError {
  return new BundleError('JOURNAL_MISMATCH', `${line?.event} names another ${name} than the record`, {
    entry: `${PATH}#seq ${line?.seq}`,
  });
}
