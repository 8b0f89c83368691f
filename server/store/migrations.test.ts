import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely, Migrator, PostgresDialect, SqliteDialect, sql } from 'kysely';
import { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { postgresMissing, startPostgres, type TestPostgres } from '../../test/fixtures/postgres.ts';
import { openDatabase } from './database.ts';
import { migrations } from './migrations.ts';
import { openSqlite } from './sqlite-driver.ts';
import { createStore } from './store.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'migrations-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A database as an earlier version left it, with a device, a case and a sealed package. */
async function databaseOf(version: string): Promise<string> {
  const path = join(folder, `${version}.db`);
  const connection = await openSqlite(path);
  connection.exec('PRAGMA foreign_keys = ON');
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: connection }) });
  const { error } = await new Migrator({
    db,
    provider: { getMigrations: async () => migrations },
  }).migrateTo(version);
  expect(error).toBeUndefined();
  await sql`insert into devices (id, public_key, name, paired_at) values ('0a1b2c3d', 'AAAA', 'laptop', 1)`.execute(
    db,
  );
  await sql`insert into packages (id, device, sha256, bytes, upload, received_at, state, defects, done, sealed_sha256)
    values ('EVD-A', '0a1b2c3d', 'aa', 1, 'u', 5, 'sealed', '[]', '[]', 'bb')`.execute(db);
  if (version < '004')
    await sql`insert into cases (id, number, title, created_at, created_by)
      values ('k', 'no 1', '假冒', 2, '0a1b2c3d')`.execute(db);
  await db.destroy();
  return path;
}

test.each(Object.keys(migrations))(
  'a database of version %s opens with everything in it',
  async (version) => {
    const db = await openDatabase(await databaseOf(version));
    const store = createStore(db);
    expect(await store.devices.get('0a1b2c3d')).toMatchObject({ name: 'laptop', organisation: 'operator' });
    if (version < '004')
      expect(await store.cases.get('k')).toMatchObject({
        number: 'no 1',
        title: '假冒',
        version: 1,
        createdAt: 2,
      });
    const own = { organisation: 'operator' };
    expect((await store.packageSearch.find(own, { terms: [] }, 5)).rows).toMatchObject([
      { id: 'EVD-A', organisation: 'operator', caseId: null },
    ]);
    if (version < '004')
      for (const term of ['aa', 'bb'])
        expect(
          (await store.packageSearch.find(own, { terms: [{ kind: 'hash', term }] }, 5)).rows,
        ).toHaveLength(1);
    expect(await store.organisations.get('operator')).toMatchObject({ kind: 'authority' });
    const { rows } = await sql`pragma foreign_key_check`.execute(db);
    expect(rows).toEqual([]);
    await db.destroy();
  },
);

type AnyDatabase = Kysely<Record<string, Record<string, unknown>>>;

async function migrateTo(db: AnyDatabase, version: string): Promise<void> {
  const provider = { getMigrations: async () => migrations };
  const { error } = await new Migrator({ db, provider }).migrateTo(version);
  expect(error).toBeUndefined();
}

/** One row in every table there is; every text is `x`, so that whatever refers to something finds it. */
async function fill(db: AnyDatabase): Promise<Map<string, Record<string, unknown>>> {
  const rows = new Map<string, Record<string, unknown>>();
  for (const { name, columns } of await db.introspection.getTables())
    rows.set(
      name,
      Object.fromEntries(columns.map((column) => [column.name, /text/i.test(column.dataType) ? 'x' : 7])),
    );
  const left = new Map(rows);
  // A table that refers to another is filled after it.
  for (let round = 0; left.size > 0 && round < rows.size; round++)
    for (const [name, row] of left)
      await db
        .insertInto(name)
        .values(row)
        .execute()
        .then(
          () => left.delete(name),
          () => undefined,
        );
  expect([...left.keys()]).toEqual([]);
  return rows;
}

/** Every version, filled, keeps each row with each of its values up to the last one. */
function keepsEverything(open: () => Promise<AnyDatabase>): void {
  test.each(Object.keys(migrations))('from version %s no row and no column is lost', async (version) => {
    const db = await open();
    try {
      await migrateTo(db, version);
      const rows = await fill(db);
      expect(rows.size).toBeGreaterThan(10);
      await migrateTo(db, Object.keys(migrations).at(-1) ?? '');
      for (const [table, row] of rows) {
        const found = await db.selectFrom(table).selectAll().execute();
        const kept = found.map((now) =>
          Object.fromEntries(Object.keys(row).map((name) => [name, now[name]])),
        );
        const exact = kept.map((values) =>
          Object.fromEntries(Object.entries(values).map(([k, v]) => [k, v === '7' ? 7 : v])),
        );
        expect(exact, table).toContainEqual(row);
      }
    } finally {
      await db.destroy();
    }
  });
}

describe('on SQLite', () => {
  let count = 0;
  keepsEverything(async () => {
    const database = await openSqlite(join(folder, `filled-${++count}.db`));
    database.exec('PRAGMA foreign_keys = ON');
    return new Kysely({ dialect: new SqliteDialect({ database }) });
  });
});

describe.skipIf(postgresMissing() !== undefined)('on PostgreSQL', () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.remove());
  keepsEverything(async () => {
    const connectionString = await postgres.createDatabase();
    return new Kysely({ dialect: new PostgresDialect({ pool: new Pool({ connectionString }) }) });
  });
});
