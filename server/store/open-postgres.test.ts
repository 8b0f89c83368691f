import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresMissing, startPostgres, type TestPostgres } from '../../test/fixtures/postgres.ts';
import { copyPostgres } from '../backup/copy-postgres.ts';
import { loadPostgres } from '../backup/load-postgres.ts';
import { checkDatabase, checkPackages } from '../doctor/check-database.ts';
import { openDatabase } from './database.ts';
import { openPostgres } from './open-postgres.ts';
import { createStore } from './store.ts';
import type { StoreError } from './store-error.ts';

const missing = postgresMissing();
if (missing !== undefined) console.warn(`PostgreSQL is not tried: ${missing}`);

describe.skipIf(missing !== undefined)('a service on PostgreSQL', () => {
  let postgres: TestPostgres;
  let folder = '';
  let url = '';
  const settings = () => ({ url, connections: 2 });
  const ignore = () => undefined;

  beforeAll(async () => {
    postgres = await startPostgres();
    url = await postgres.createDatabase();
    folder = await mkdtemp(join(tmpdir(), 'postgres-'));
  });
  afterAll(async () => {
    await postgres.remove();
    await rm(folder, { recursive: true });
  });

  test('is alone on its database, and says when it no longer is', async () => {
    const lost: StoreError[] = [];
    const db = await openPostgres(settings(), (error) => lost.push(error));
    await expect(openPostgres(settings(), ignore)).rejects.toMatchObject({ code: 'DATABASE_IN_USE' });
    const killer = new Client({ connectionString: url });
    await killer.connect();
    await killer.query('select pg_terminate_backend(pid) from pg_locks where locktype = $1', ['advisory']);
    await killer.end();
    await expect.poll(() => lost.map(({ code }) => code)).toEqual(['DATABASE_UNAVAILABLE']);
    await db.destroy();
    expect(lost).toHaveLength(1);
  }, 60_000);

  test('says that the server is away, and goes on when it is back', async () => {
    const db = await openPostgres(settings(), ignore);
    const { organisations } = createStore(db);
    await organisations.nameOperator('机构');
    await postgres.stop();
    await expect(organisations.get('operator')).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    await expect(openPostgres(settings(), ignore)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    expect(await checkDatabase(folder, settings())).toMatchObject([{ status: 'fail' }]);
    await postgres.start();
    expect(await organisations.get('operator')).toMatchObject({ name: '机构' });
    await db.destroy();
  }, 60_000);

  test('refuses a server that would lose or misplace what it is given', async () => {
    const admin = new Client({ connectionString: url });
    await admin.connect();
    await admin.query(`alter database ${new URL(url).pathname.slice(1)} set synchronous_commit = off`);
    try {
      await expect(openPostgres(settings(), ignore)).rejects.toMatchObject({
        code: 'DATABASE_UNSUITABLE',
        message: 'the database has synchronous_commit=off',
      });
      expect(await checkDatabase(folder, settings())).toMatchObject([{ status: 'fail' }]);
    } finally {
      await admin.query(`alter database ${new URL(url).pathname.slice(1)} reset synchronous_commit`);
      await admin.end();
    }
    expect(await checkDatabase(folder, settings())).toMatchObject([{ status: 'pass' }]);
  }, 60_000);

  test('is copied into a file and put back from it, every row', async () => {
    const device = { id: '0a1b2c3d', publicKey: 'AAAA', name: '笔记本', pairedAt: 1 };
    const code = { id: 'c', salt: '', hash: '', createdAt: 0, expiresAt: 9, triesLeft: 1, usedAt: null };
    const db = await openPostgres(settings(), ignore);
    const store = createStore(db);
    await store.pairingCodes.add(code, 5);
    await store.devices.pair(device, 'c');
    const receivedAt = Number.MAX_SAFE_INTEGER;
    for (let n = 0; n < 600; n++) {
      const id = `EVD-${n}`;
      await store.packages.receive({ id, device: device.id, sha256: id, bytes: n, upload: id, receivedAt });
    }
    await store.packages.setWaiting('EVD-7', { code: 'DISK_FULL', entry: null, message: '' });
    expect(await checkPackages(folder, settings())).toMatchObject([
      { status: 'warn', en: 'packages wait for: DISK_FULL × 1' },
    ]);
    const all = await db.selectFrom('packages').selectAll().orderBy('id').execute();
    const file = join(folder, 'copy.db');
    await copyPostgres(settings(), file);
    await db.destroy();

    const copy = await openDatabase(file);
    expect(await copy.selectFrom('packages').selectAll().orderBy('id').execute()).toEqual(all);
    await copy.destroy();
    await expect(loadPostgres(file, settings())).rejects.toMatchObject({ code: 'DATABASE_NOT_EMPTY' });
    const other = { url: await postgres.createDatabase(), connections: 2 };
    await loadPostgres(file, other);
    const again = await openPostgres(other, ignore);
    expect(await again.selectFrom('packages').selectAll().orderBy('id').execute()).toEqual(all);
    expect(await createStore(again).organisations.get('operator')).toMatchObject({ name: '机构' });
    await again.destroy();
  }, 120_000);
});
