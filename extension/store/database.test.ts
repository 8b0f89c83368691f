import 'fake-indexeddb/auto';
import { expect, test, vi } from 'vitest';
import { openDatabase } from './database.ts';

test('a database that could not be opened once is opened again', async () => {
  const open = vi.spyOn(indexedDB, 'open').mockImplementationOnce(() => {
    throw new DOMException('Encountered full disk while opening backing store', 'QuotaExceededError');
  });
  const database = openDatabase('once-full');
  await expect(database.settings.count()).rejects.toThrow('full disk');
  // Asked again at once it fails without asking the disk; a moment later it does ask.
  await expect(database.settings.count()).rejects.toThrow('full disk');
  expect(open).toHaveBeenCalledTimes(1);
  await expect.poll(() => database.settings.count().catch(() => 'closed'), { timeout: 5000 }).toBe(0);
  database.close();
});
