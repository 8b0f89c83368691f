import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { testHost } from '../../test/fixtures/test-host.ts';
import { openDatabase } from '../store/database.ts';
import { ensureDevice } from '../store/ensure-device.ts';
import { reserveCapture } from '../store/reserve-capture.ts';
import { updateCapture } from '../store/update-capture.ts';
import { holdUpdates } from './hold-updates.ts';
import { systemClock } from './system-clock.ts';

test('a new version waits for the capture that runs, then comes into force; both are journalled', async () => {
  const database = openDatabase('updates');
  let applied = 0;
  const host = { ...testHost('https://shop.example/'), applyUpdate: () => void applied++ };
  await ensureDevice(database);
  const request = {
    mode: 'reload',
    cookies: false,
    purpose: '',
    makers: [],
    requestedUrl: 'https://shop.example/',
  } as const;
  const { capture } = await reserveCapture(database, systemClock, 'challenge-absent', request, host.facts);
  const updates = holdUpdates({ database, clock: systemClock, host }, Promise.resolve());
  await updates.apply();
  await updates.offered('0.2.0');
  expect(applied).toBe(0);
  await updateCapture(database, systemClock, capture.id, { state: 'captured' });
  await updates.apply();
  expect(applied).toBe(1);
  const journal = await database.journal.orderBy('seq').toArray();
  expect(journal.slice(1).map(({ event, detail }) => [event, detail.version])).toEqual([
    ['update-held', '0.2.0'],
    ['update-applied', '0.2.0'],
  ]);
});
