import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely, Migrator, SqliteDialect, sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
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
