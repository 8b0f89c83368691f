import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sha256Hex } from '#shared/lib/sha256';
import { type NewBody, putBodies, readBody } from './bodies.ts';
import { type Database, openDatabase } from './database.ts';

let database: Database;
beforeEach(() => {
  database = openDatabase();
});
afterEach(() => database.delete());

const body = (n: number): NewBody => {
  const bytes = Uint8Array.of(n, n + 1);
  return { id: `CAP-1#${n}`, capture: 'CAP-1', sha256: sha256Hex(bytes), bytes };
};

test('bodies stored together are each read back', async () => {
  await putBodies(database, [body(1), body(2), body(3)]);
  for (const n of [1, 2, 3]) expect([...(await readBody(database, `CAP-1#${n}`))]).toEqual([n, n + 1]);
});

test('where the storage is full none of a group is there, and the error says why', async () => {
  const full = new DOMException('full', 'QuotaExceededError');
  database.bodies.hook('creating', (id) => {
    if (id === 'CAP-1#3') throw full;
  });
  const error = await putBodies(database, [body(1), body(2), body(3)]).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect([error, (error as { inner?: unknown })?.inner]).toContainEqual(
    expect.objectContaining({ name: 'QuotaExceededError' }),
  );
  expect(await database.bodies.count()).toBe(0);
});
