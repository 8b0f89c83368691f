import type { EndReason } from '#shared/environment/end-reason';
import type { Sighting } from '#shared/environment/inspection-end';
import { canonicalJson, type Json } from '#shared/lib/canonical-json';
import { sha256Hex } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { appendJournal } from './append-journal.ts';
import type { Clock } from './clock.ts';
import type { Database } from './database.ts';
import type { InspectionRow } from './rows.ts';
import { StoreError } from './store-error.ts';

/** The newest inspection, open or not. */
export function newestInspection(database: Database): Promise<InspectionRow | undefined> {
  return database.inspections.orderBy('number').last();
}

/** The inspection that has not ended. There is one at most. */
export async function openInspection(database: Database): Promise<InspectionRow | undefined> {
  const newest = await newestInspection(database);
  return newest?.endedAt === undefined ? newest : undefined;
}

/**
 * Stores a new inspection with its journal entry, which names the SHA-256 of what was found, in one transaction. A
 * clock that stands before the newest entry of the journal is journalled too.
 * @throws StoreError DEVICE_MISSING
 */
export function beginInspection(
  database: Database,
  clock: Clock,
  facts: Pick<InspectionRow, 'begunBy' | 'enforcement' | 'operators' | 'items' | 'first' | 'last'>,
): Promise<InspectionRow> {
  const { device, inspections, journal } = database;
  return database.transaction('rw', [device, inspections, journal], async () => {
    const own = await device.get('device');
    if (own === undefined) throw new StoreError('DEVICE_MISSING', 'the device has no key yet');
    const before = await newestInspection(database);
    const number = (before?.number ?? 0) + 1;
    const id = `INS-${own.deviceId}-${number}`;
    const { endReason } = before ?? {};
    const previous = before === undefined || endReason === undefined ? null : { id: before.id, endReason };
    const row = { ...facts, id, number, begunAt: clock.now(), previous };
    const report = sha256Hex(toUtf8(canonicalJson(reportOf(row))));
    const { seq, hash } = await appendJournal(database, clock, 'inspection-begun', {
      inspection: id,
      report,
    });
    const stored: InspectionRow = { ...row, journal: { seq, hash } };
    await inspections.add(stored);
    return stored;
  });
}

/** Marks an inspection as over, with the reason in the journal. One that is over stays as it is. */
export function endInspection(
  database: Database,
  clock: Clock,
  id: string,
  reason: EndReason,
): Promise<void> {
  const { inspections, journal } = database;
  return database.transaction('rw', [inspections, journal], async () => {
    const row = await inspections.get(id);
    if (row === undefined || row.endedAt !== undefined) return;
    await inspections.put({ ...row, endedAt: clock.now(), endReason: reason });
    await appendJournal(database, clock, 'inspection-ended', { inspection: id, reason });
  });
}

/** Keeps the newest sighting of an open inspection. */
export async function sawAgain(database: Database, id: string, last: Sighting): Promise<void> {
  await database.inspections.update(id, { last });
}

/** What the journal entry of its beginning commits to, as the report of each capture repeats it. */
function reportOf({
  id,
  begunAt,
  begunBy,
  enforcement,
  operators,
  previous,
  items,
}: Omit<InspectionRow, 'journal'>) {
  const report = { id, begunAt, begunBy, enforcement, operators, previous, items };
  return report as unknown as { readonly [key: string]: Json };
}
