import type { JournalLine } from '#shared/journal/entry';
import { parseJournal } from '#shared/journal/parse-journal';
import { canonicalJson, type Json } from '#shared/lib/canonical-json';
import { toUtf8 } from '#shared/lib/utf8';
import type { ExtensionSession } from '../../e2e/extension-session.ts';

interface DeviceState {
  /** Capture numbers with a row, ascending. */
  readonly numbers: readonly number[];
  /** Newest number given out. */
  readonly given: number;
  readonly journal: readonly JournalLine[];
}

/**
 * What is wrong with numbering and journal as they lie in the browser's database: a number without a row, a number
 * that no journal entry names, a journal that is not one chain from entry 0.
 */
export async function deviceFaults(browser: ExtensionSession): Promise<string[]> {
  const { numbers, given, journal } = await browser.evaluate<DeviceState>(STATE);
  const faults: string[] = [];
  for (let number = 1; number <= given; number++)
    if (numbers[number - 1] !== number) faults.push(`number ${number} has no row`);
  const named = new Set(journal.map(({ detail }) => detail?.sequence));
  for (const number of numbers) if (!named.has(number)) faults.push(`number ${number} is not journalled`);
  if (journal[0]?.seq !== 0) faults.push('the journal does not begin at its beginning');
  const lines = journal.map((line) => `${canonicalJson(line as unknown as Json)}\n`);
  try {
    parseJournal(toUtf8(lines.join('')));
  } catch (error) {
    faults.push(`the journal is broken: ${String(error)}`);
  }
  return faults;
}

const STATE = `(async () => {
  const request = (made) => new Promise((resolve, reject) => {
    made.onsuccess = () => resolve(made.result);
    made.onerror = () => reject(made.error);
  });
  const database = await request(indexedDB.open('tiezheng'));
  const reading = database.transaction(['captures', 'device', 'journal']);
  const [captures, device, journal] = await Promise.all([
    request(reading.objectStore('captures').getAll()),
    request(reading.objectStore('device').get('device')),
    request(reading.objectStore('journal').getAll()),
  ]);
  database.close();
  return {
    numbers: captures.map(({ sequence }) => sequence).sort((a, b) => a - b),
    given: device.sequence,
    journal: journal.map(({ capture, ...line }) => line),
  };
})()`;
