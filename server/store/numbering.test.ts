import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Database, openDatabase } from './database.ts';
import { createStore, type Store } from './store.ts';

let folder = '';
let database: Database;
let store: Store;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'numbering-'));
  database = await openDatabase(join(folder, 'service.db'));
  store = createStore(database);
});
afterEach(async () => {
  await database.destroy();
  await rm(folder, { recursive: true });
});

async function device(id: string, user: string | null = null, organisation = 'operator'): Promise<string> {
  const states = { revokedAt: null, suspendedAt: null, suspension: null };
  await database
    .insertInto('devices')
    .values({ id, publicKey: id, name: 'x', pairedAt: 1, organisation, user, ...states })
    .execute();
  return id;
}

async function arrive(id: string, sequence: number, receivedAt = 1): Promise<void> {
  const name = `${id}-${sequence}`;
  await store.packages.receive({
    ...{ id: name, device: id, sha256: name, bytes: 1, upload: name, receivedAt },
  });
  await database
    .insertInto('captures')
    .values({ device: id, sequence, package: name, journal: name })
    .execute();
}

const close = (id: string, sequence: number, outcome = 'discarded') =>
  store.numbering.close({
    ...{ device: id, sequence, outcome, journalSeq: sequence, journalHead: 'h', closedAt: 5, proof: 'p' },
  });

const challenge = (id: string, sequence: number, journalSeq: number, more: object = {}) =>
  store.challenges.add({
    ...{ nonce: `${id}${sequence}`, device: id, sequence, journalSeq, journalHead: 'h' },
    ...{ issuedAt: sequence, file: '{}', usedBy: null, caseId: null },
    ...more,
  });

test('missing numbers are the ranges between those that arrived or were closed', async () => {
  const id = await device('a');
  expect(await store.numbering.missingBelow(id, 1, 9)).toEqual([]);
  expect(await store.numbering.missingBelow(id, 4, 9)).toEqual([{ from: 1, to: 3 }]);
  await arrive(id, 2);
  await close(id, 5);
  await arrive(id, 9);
  expect(await store.numbering.missingBelow(id, 10, 9)).toEqual([
    { from: 1, to: 1 },
    { from: 3, to: 4 },
    { from: 6, to: 8 },
  ]);
  expect(await store.numbering.missingBelow(id, 10, 1)).toEqual([{ from: 1, to: 1 }]);
  expect(await store.numbering.missingBelow(id, 2 ** 53 - 1, 9)).toContainEqual({
    from: 10,
    to: 2 ** 53 - 2,
  });
});

test('a number is known of since the first sign of it or of a later one', async () => {
  const id = await device('a');
  expect(await store.numbering.knownSince(id, 3)).toBeUndefined();
  await arrive(id, 9, 50);
  expect(await store.numbering.knownSince(id, 3)).toBe(50);
  expect(await store.numbering.knownSince(id, 9)).toBeUndefined();
  await challenge(id, 3, 1, { issuedAt: 20 });
  expect(await store.numbering.knownSince(id, 3)).toBe(20);
  await close(id, 4);
  expect(await store.numbering.knownSince(id, 3)).toBe(5);
});

test('the first closing of a number stays', async () => {
  const id = await device('a');
  expect((await close(id, 1)).outcome).toBe('discarded');
  expect((await close(id, 1, 'failed')).outcome).toBe('discarded');
  expect((await store.numbering.closingsBelow(id, 2, 5)).map(({ sequence }) => sequence)).toEqual([1]);
});

test('open challenges are those of the device, of its operator and of its case, on all devices', async () => {
  await database
    .insertInto('organisations')
    .values({ id: 'other', name: 'o', kind: 'authority', createdAt: 1 })
    .execute();
  for (const [id, user] of [
    ['a', 'u'],
    ['b', 'u'],
    ['c', 'v'],
    ['d', 'v'],
  ] as const)
    await device(id, user);
  await device('e', 'u', 'other');
  await challenge('a', 1, 1);
  await challenge('a', 2, 2);
  await challenge('b', 3, 1);
  await challenge('c', 4, 1, { caseId: 'k' });
  await challenge('d', 5, 1);
  await challenge('e', 6, 1, { caseId: 'k' });
  await close('a', 1);
  const own = { device: 'a', sequence: 2, organisation: 'operator', user: 'u', before: 99 };
  const listed = async (caseId: string | null) =>
    (await store.challenges.open({ ...own, caseId }, 9)).map((one) => `${one.device}${one.sequence}`);
  expect(await listed(null)).toEqual(['b3']);
  expect(await listed('k')).toEqual(['c4', 'b3']);
});

test('numbers and journal entries must grow together', async () => {
  const id = await device('a');
  await challenge(id, 5, 50);
  const contradicts = (sequence: number, seq: number) => store.challenges.contradicts(id, sequence, seq);
  expect(await contradicts(6, 51)).toBe(false);
  expect(await contradicts(4, 49)).toBe(false);
  expect(await contradicts(5, 50)).toBe(false);
  expect(await contradicts(6, 50)).toBe(true);
  expect(await contradicts(6, 2)).toBe(true);
  expect(await contradicts(4, 51)).toBe(true);
});

test('a fork suspends, and is remembered when the device is reinstated', async () => {
  const id = await device('a');
  expect(await store.devices.hasForked(id)).toBe(false);
  await store.devices.fork(id, 'two histories', 7);
  expect(await store.devices.get(id)).toMatchObject({ suspendedAt: 7, suspension: 'two histories' });
  await store.devices.reinstate(id);
  expect(await store.devices.get(id)).toMatchObject({ suspendedAt: null });
  expect(await store.devices.hasForked(id)).toBe(true);
});
