import { access, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { openDatabase } from '../store/database.ts';
import { openSqlite, type SqliteConnection } from '../store/sqlite-driver.ts';
import { type Finding, findingsOf } from './finding.ts';

/** What makes an acknowledged write survive; `synchronous` 2 is FULL. */
const GUARANTEES: Readonly<Record<string, string>> = {
  journal_mode: 'wal',
  synchronous: '2',
  foreign_keys: '1',
};

/** The guarantees of a store opened here as the service opens it, and the soundness of the database on disk. */
export async function checkDatabase(root: string): Promise<readonly Finding[]> {
  const { pass, fail } = findingsOf('database');
  const wrong = await missingGuarantees(root);
  const guarantees =
    wrong.length === 0
      ? pass('a write that is answered is on disk: WAL, synchronous=FULL', '应答即落盘:WAL,synchronous=FULL')
      : fail(`not as durable as it must be: ${wrong.join(', ')}`, `持久性不足:${wrong.join('、')}`);
  const found = await readDatabase(root, (connection) => allOf(connection, 'PRAGMA quick_check'));
  if (found === undefined) return [guarantees];
  const text = found.flatMap(Object.values).join('; ');
  return [
    guarantees,
    text === 'ok'
      ? pass('SQLite finds no fault', 'SQLite 检查无误')
      : fail(`damaged: ${text}`, `已损坏:${text}`),
  ];
}

/** Packages that wait, and for what. */
export async function checkPackages(root: string): Promise<readonly Finding[]> {
  const { pass, warn } = findingsOf('packages');
  const rows = await readDatabase(root, (connection) =>
    allOf(
      connection,
      "SELECT json_extract(waiting, '$.code') AS code, count(*) AS n FROM packages WHERE state = 'waiting' GROUP BY code",
    ),
  );
  if (rows === undefined) return [];
  if (rows.length === 0) return [pass('no package waits', '没有等待中的封存包')];
  const text = rows.map(({ code, n }) => `${code} × ${n}`).join(', ');
  return [warn(`packages wait for: ${text}`, `封存包等待中:${text}`)];
}

async function missingGuarantees(root: string): Promise<string[]> {
  const folder = await mkdtemp(join(root, '.doctor-'));
  try {
    const db = await openDatabase(join(folder, 'probe.db'));
    const wrong: string[] = [];
    for (const [name, wanted] of Object.entries(GUARANTEES)) {
      const { rows } = await sql.raw<Record<string, unknown>>(`PRAGMA ${name}`).execute(db);
      const [found] = Object.values(rows[0] ?? {});
      if (String(found) !== wanted) wrong.push(`${name}=${found}`);
    }
    await db.destroy();
    return wrong;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readDatabase<T>(
  root: string,
  read: (connection: SqliteConnection) => T,
): Promise<T | undefined> {
  const path = join(root, 'service.db');
  const present = await access(path).then(
    () => true,
    () => false,
  );
  if (!present) return undefined;
  const connection = await openSqlite(path);
  try {
    connection.exec('PRAGMA query_only = ON');
    return read(connection);
  } finally {
    connection.close();
  }
}

function allOf(connection: SqliteConnection, text: string): Record<string, unknown>[] {
  return connection.prepare(text).all([]) as Record<string, unknown>[];
}
