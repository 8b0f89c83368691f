import { appendJournal } from './append-journal.ts';
import type { Clock } from './clock.ts';
import type { Database } from './database.ts';
import { ensureDevice } from './ensure-device.ts';
import type { HistoryMark } from './history-mark.ts';
import { type LostHistory, lostDetail } from './lost-history.ts';

/**
 * Compares the database with the mark kept beside it. When the database is another one, or does not know numbers the
 * mark knows, the loss is kept with the device and journalled (`cut-found`, reason `history-lost`) in one transaction;
 * each capture begun from then on names it. The same loss is noted once.
 */
export async function noteLostHistory(
  database: Database,
  clock: Clock,
  mark: HistoryMark | undefined,
): Promise<void> {
  if (mark === undefined) return;
  await ensureDevice(database);
  await database.transaction('rw', [database.device, database.journal], async () => {
    const device = await database.device.get('device');
    if (device === undefined) return;
    const same = device.deviceId === mark.device;
    const known = same ? device.sequence : 0;
    const before = device.lost ?? [];
    if (known >= mark.last) return;
    if (before.some((lost) => lost.device === mark.device && lost.last >= mark.last)) return;
    const unsealed = mark.unsealed
      .filter(({ to }) => to > known)
      .map(({ from, to }) => ({ from: Math.max(from, known + 1), to }));
    const lost: LostHistory = { device: mark.device, known, last: mark.last, unsealed, at: mark.at };
    await database.device.update('device', { lost: [...before, lost], lossSeen: false });
    await appendJournal(database, clock, 'cut-found', { reason: 'history-lost', ...lostDetail(lost) });
  });
}
