import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { postgresMissing, startPostgres, type TestPostgres } from '../../test/fixtures/postgres.ts';
import { createDataKeys, type DataKeys } from './data-keys.ts';
import { type Database, openDatabase } from './database.ts';
import { openPostgres } from './open-postgres.ts';
import { sqliteDrivers } from './sqlite-driver.ts';
import { createStore } from './store.ts';

const wrapped = () => randomBytes(60).toString('base64');

/** Packages with keys: id → wrapped key. */
async function filled(db: Database, count: number): Promise<Map<string, string>> {
  const store = createStore(db);
  const code = { id: 'c', salt: '', hash: '', createdAt: 0, expiresAt: 9, triesLeft: 9, usedAt: null };
  await store.pairingCodes.add(code, 8);
  await store.devices.pair({ id: '0a1b2c3d', publicKey: 'AAAA', name: 'x', pairedAt: 1 }, 'c');
  const keys = new Map<string, string>();
  const add = (id: string) => {
    keys.set(id, wrapped());
    const row = { id, device: '0a1b2c3d', sha256: id, bytes: 1, upload: id, receivedAt: 1 };
    return store.packages.receive(row, keys.get(id));
  };
  expect(await add('EVD-first')).toBe(true);
  const first = await db.selectFrom('packages').selectAll().executeTakeFirstOrThrow();
  const more = Array.from({ length: count - 1 }, () => `EVD-${randomBytes(8).toString('hex')}`);
  for (const id of more) keys.set(id, wrapped());
  // In one transaction each: thousands of durable writes take a while.
  await db.transaction().execute(async (tx) => {
    for (const id of more)
      await tx
        .insertInto('packages')
        .values({ ...first, id, sha256: id })
        .execute();
    for (const id of more)
      await tx
        .insertInto('dataKeys')
        .values({ package: id, wrapped: keys.get(id) ?? '' })
        .execute();
  });
  return keys;
}

/** Both databases pass the same tests. */
function keyTests(open: () => Promise<Database>): void {
  let db: Database;
  let keys: DataKeys;
  beforeEach(async () => {
    db = await open();
    keys = createDataKeys(db);
    return () => db.destroy();
  });

  test('a key is stored with its package, once, and is gone when it is destroyed', async () => {
    const stored = await filled(db, 3);
    const [first = ''] = stored.keys();
    for (const [id, key] of stored) expect(await keys.get(id)).toBe(key);
    const row = { id: first, device: '0a1b2c3d', sha256: first, bytes: 1, upload: first, receivedAt: 1 };
    expect(await createStore(db).packages.receive(row, wrapped())).toBe(false);
    expect(await keys.get(first)).toBe(stored.get(first));
    await keys.destroy(first);
    await keys.destroy(first);
    await keys.wipe();
    expect(await keys.get(first)).toBeUndefined();
    expect(await keys.get([...stored.keys()][1] ?? '')).toBe([...stored.values()][1]);
    expect(await keys.get('EVD-none')).toBeUndefined();
  });

  test('all are wrapped anew with the proof, or none', async () => {
    expect(await keys.proof()).toBeUndefined();
    await keys.setProof('one');
    const stored = await filled(db, 1100);
    const again = async (id: string, key: string) => `${id} ${key}`;
    const breaking = async (id: string, key: string) => {
      if (id === [...stored.keys()].sort().at(-1)) throw new Error('token removed');
      return again(id, key);
    };
    await expect(keys.rewrap(breaking, 'two')).rejects.toThrow('token removed');
    expect(await keys.proof()).toBe('one');
    for (const [id, key] of stored) expect(await keys.get(id)).toBe(key);
    expect(await keys.rewrap(again, 'two')).toBe(stored.size);
    expect(await keys.proof()).toBe('two');
    for (const [id, key] of stored) expect(await keys.get(id)).toBe(`${id} ${key}`);
  });
}

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'data-keys-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe.each(sqliteDrivers)('on %s', (driver) => {
  let count = 0;
  const path = () => join(folder, `${driver}-${count}.db`);
  const open = () => openDatabase(path(), driver);
  keyTests(() => {
    count++;
    return open();
  });

  /** Of these, those whose bytes are in the database file or beside it. */
  async function found(texts: readonly string[]): Promise<string[]> {
    const names = (await readdir(folder)).filter((name) => name.startsWith(`${driver}-${count}.db`));
    const files = await Promise.all(names.map((name) => readFile(join(folder, name))));
    return texts.filter((text) => files.some((file) => file.includes(text)));
  }

  test('of a key destroyed or replaced no byte is left in the files, of the others every one', async () => {
    count++;
    const db = await open();
    const keys = createDataKeys(db);
    const stored = await filled(db, 700);
    expect(await found([...stored.values()])).toHaveLength(700);
    const gone = [...stored].filter((_, index) => index % 3 === 0);
    for (const [id] of gone) await keys.destroy(id);
    await keys.wipe();
    const kept = [...stored].filter((_, index) => index % 3 !== 0).map(([, key]) => key);
    expect(await found(gone.map(([, key]) => key))).toEqual([]);
    expect(await found(kept)).toEqual(kept);
    await keys.rewrap(async () => wrapped(), 'proof');
    await keys.wipe();
    expect(await found(kept)).toEqual([]);
    await db.destroy();
  });
});

describe.skipIf(postgresMissing() !== undefined)('on postgres', () => {
  let postgres: TestPostgres;
  const open = (url: string) => openPostgres({ url, connections: 2 }, () => undefined);
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.remove());
  keyTests(async () => {
    const url = await postgres.createDatabase();
    return open(url);
  });

  test('of a destroyed key no byte is left in the file of its table', async () => {
    const db = await open(await postgres.createDatabase());
    const keys = createDataKeys(db);
    const stored = await filled(db, 300);
    const found = async (texts: readonly string[]) => {
      await sql`checkpoint`.execute(db);
      const { rows } = await sql<{ file: Buffer }>`
        select pg_read_binary_file(pg_relation_filepath('data_keys')) as file`.execute(db);
      return texts.filter((text) => rows[0]?.file.includes(text));
    };
    const [gone = '', ...kept] = [...stored.values()];
    expect(await found([gone])).toEqual([gone]);
    await keys.destroy([...stored.keys()][0] ?? '');
    await keys.wipe();
    expect(await found([gone])).toEqual([]);
    expect(await found(kept)).toEqual(kept);
    await db.destroy();
  });
});
