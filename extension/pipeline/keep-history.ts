import { parseHistoryMark, readHistoryMark } from '../store/history-mark.ts';
import { noteLostHistory } from '../store/note-lost-history.ts';
import type { CapturingContext } from './context.ts';

let before: Promise<void> = Promise.resolve();

/**
 * Compares the database with the mark kept outside it, notes what is lost, and brings the mark up to date. One run at a
 * time: an older state must not replace a newer one. Never rejects: a mark that could not be read or written is a
 * warning less, and the next change tries again.
 */
export function keepHistory({
  database,
  clock,
  host,
}: Pick<CapturingContext, 'database' | 'clock' | 'host'>): Promise<void> {
  before = before.then(async () => {
    await noteLostHistory(database, clock, parseHistoryMark(await host.recall()));
    const mark = await readHistoryMark(database, clock.now());
    if (mark !== undefined) await host.remember(mark);
  });
  before = before.catch(() => undefined);
  return before;
}
