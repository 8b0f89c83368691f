import 'fake-indexeddb/auto';
import { randomBytes } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import type { Clock } from './clock.ts';
import { type Database, openDatabase } from './database.ts';
import { ensureDevice } from './ensure-device.ts';
import { parseHistoryMark, readHistoryMark } from './history-mark.ts';
import { noteLostHistory } from './note-lost-history.ts';
import { reserveCapture } from './reserve-capture.ts';
import { updateCapture } from './update-capture.ts';

let tick = 1_800_000_000_000;
const clock: Clock = {
  now: () => tick++,
  mono: () => tick / 2,
  step: () => 0,
  context: 'test',
  salt: () => randomBytes(16).toString('hex'),
};
const request = {
  mode: 'reload',
  cookies: false,
  purpose: '',
  makers: [],
  requestedUrl: 'http://x/',
} as const;
const takenWith = { extensionVersion: '1', userAgent: 'test', language: 'zh-CN', timeZone: 'UTC' };

let database: Database;
let names = 0;
beforeEach(async () => {
  database = openDatabase(`lost-${names++}`);
  await ensureDevice(database);
});

async function take(): Promise<string> {
  return (await reserveCapture(database, clock, 'challenge-absent', request, takenWith)).capture.id;
}
const mark = async () => {
  const read = await readHistoryMark(database, clock.now());
  // As it comes back from outside the database.
  return parseHistoryMark(structuredClone(read));
};
const losses = async () => (await database.device.get('device'))?.lost ?? [];
const journalled = async () => (await database.journal.toArray()).map(({ event }) => event);

test('the mark names what no package holds; what ended without evidence is not in it', async () => {
  expect(await mark()).toBeUndefined();
  const ids = [];
  for (let n = 1; n <= 7; n++) ids.push(await take());
  const end = (n: number, change: Parameters<typeof updateCapture>[3]) =>
    updateCapture(database, clock, ids[n - 1] ?? '', change);
  await end(1, { state: 'sealed' });
  await end(4, { state: 'failed' });
  await end(5, { state: 'failed', closedAt: 1 });
  await end(7, { state: 'refused' });
  expect(await mark()).toMatchObject({
    last: 7,
    unsealed: [
      { from: 2, to: 3 },
      { from: 5, to: 7 },
    ],
  });
});

test('another database is a loss, noted once and journalled; an unchanged one is none', async () => {
  await take();
  const second = await take();
  await updateCapture(database, clock, second, { state: 'sealed' });
  const kept = await mark();
  await noteLostHistory(database, clock, kept);
  expect(await losses()).toEqual([]);

  const former = kept?.device;
  database = openDatabase(`lost-${names++}`);
  for (let starts = 0; starts < 3; starts++) await noteLostHistory(database, clock, kept);
  expect(await losses()).toEqual([
    { device: former, known: 0, last: 2, unsealed: [{ from: 1, to: 1 }], at: kept?.at },
  ]);
  expect(await journalled()).toEqual(['cut-found']);
  const [entry] = await database.journal.toArray();
  expect(entry?.detail).toMatchObject({ reason: 'history-lost', device: former, unsealed: [[1, 1]] });
});

test('a database that went back to an earlier number is a loss of the numbers after it', async () => {
  await take();
  const device = await database.device.get('device');
  const kept = { device: device?.deviceId ?? '', last: 4, unsealed: [{ from: 1, to: 3 }], at: 5 };
  await noteLostHistory(database, clock, kept);
  expect(await losses()).toMatchObject([{ known: 1, last: 4, unsealed: [{ from: 2, to: 3 }] }]);
  expect(await journalled()).toEqual(['challenge-absent', 'cut-found']);
});

test.each([undefined, null, 'x', {}, { device: 'a', last: -1, unsealed: [], at: 0 }])(
  'a mark of another form is none: %j',
  (value) => expect(parseHistoryMark(value)).toBeUndefined(),
);
