import { access, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { askPostgres } from '../store/ask-postgres.ts';
import { openDatabase } from '../store/database.ts';
import { missingGuarantees } from '../store/postgres-guarantees.ts';
import type { PostgresSettings } from '../store/postgres-settings.ts';
import { openSqlite, type SqliteConnection } from '../store/sqlite-driver.ts';
import { StoreError } from '../store/store-error.ts';
import { type Finding, findingsOf } from './finding.ts';

/** What makes an acknowledged write survive; `synchronous` 2 is FULL. */
const GUARANTEES: Readonly<Record<string, string>> = {
  journal_mode: 'wal',
  synchronous: '2',
  foreign_keys: '1',
};

/** The guarantees of a store opened here as the service opens it, and the soundness of the database on disk. */
export async function checkDatabase(
  root: string,
  postgres: PostgresSettings | undefined,
): Promise<readonly Finding[]> {
  if (postgres !== undefined) return [await checkServer(postgres)];
  const { pass, fail } = findingsOf('database');
  const wrong = await missingPragmas(root);
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

/** That the server keeps what is answered, and sorts as the service expects. */
async function checkServer(postgres: PostgresSettings): Promise<Finding> {
  const { pass, fail } = findingsOf('database');
  try {
    const wrong = await askPostgres(postgres, missingGuarantees);
    if (wrong.length > 0)
      return fail(
        `PostgreSQL is not set as it must be: ${wrong.join(', ')}`,
        `PostgreSQL 设置不符:${wrong.join('、')}`,
      );
    return pass(
      'a write that is answered is on the disk of PostgreSQL: fsync, full_page_writes, synchronous_commit',
      '应答即落盘(PostgreSQL):fsync、full_page_writes、synchronous_commit',
    );
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return fail(`PostgreSQL does not answer: ${error.message}`, `PostgreSQL 无应答:${error.entry ?? ''}`);
  }
}

const BEIJING_MS = 8 * 3_600_000;

/** Packages that wait, and for what. */
export async function checkPackages(
  root: string,
  postgres: PostgresSettings | undefined,
): Promise<readonly Finding[]> {
  const { pass, warn } = findingsOf('packages');
  const rows = await readRows(root, postgres, WAITING);
  if (rows === undefined) return [];
  if (rows.length === 0) return [pass('no package waits', '没有等待中的封存包')];
  const counts = new Map<string, number>();
  for (const { waiting } of rows) {
    const { code } = JSON.parse(String(waiting)) as { code: string };
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  const text = [...counts].map(([code, n]) => `${code} × ${n}`).join(', ');
  return [warn(`packages wait for: ${text}`, `封存包等待中:${text}`)];
}

/** Packages whose last day of retention is over, and that nobody holds: nothing deletes them by itself. */
export async function checkRetention(
  root: string,
  postgres: PostgresSettings | undefined,
  now: Date,
): Promise<readonly Finding[]> {
  const { pass, warn } = findingsOf('retention');
  const day = new Date(now.getTime() + BEIJING_MS).toISOString().slice(0, 10);
  const rows = await readRows(
    root,
    postgres,
    `SELECT count(*) AS due FROM packages JOIN cases ON cases.id = packages.case_id
     WHERE cases.retain_until < '${day}' AND cases.hold IS NULL AND packages.state IN ('sealed', 'refused')`,
  );
  if (rows === undefined) return [];
  const due = Number(rows[0]?.due ?? 0);
  if (due === 0) return [pass('the retention of no package has ended', '没有保存期已满的封存包')];
  return [
    warn(
      `the retention of ${due} packages has ended: tiezheng retention lists them`,
      `${due} 个封存包保存期已满:用 tiezheng retention 列出`,
    ),
  ];
}

/** Packages with files, encrypted and in the clear; the master key's proof. */
export interface EncryptionState {
  readonly encrypted: number;
  readonly plain: number;
  readonly proof: string | undefined;
}

const COUNTS = `SELECT count(data_keys.package) AS encrypted, count(*) AS total FROM packages
  LEFT JOIN data_keys ON data_keys.package = packages.id WHERE state <> 'deleted'`;
const PROOF = 'SELECT wrapped FROM master_key_proofs';

/** What the database says of encryption; `undefined` when there is none, or it is of an earlier version. */
export async function readEncryption(
  root: string,
  postgres: PostgresSettings | undefined,
): Promise<EncryptionState | undefined> {
  try {
    const ask = async (query: (text: string) => Promise<Record<string, unknown>[]>) => {
      const [counts] = await query(COUNTS);
      const [proof] = await query(PROOF);
      const encrypted = Number(counts?.encrypted ?? 0);
      const wrapped = proof?.wrapped;
      return {
        encrypted,
        plain: Number(counts?.total ?? 0) - encrypted,
        proof: typeof wrapped === 'string' ? wrapped : undefined,
      };
    };
    if (postgres === undefined)
      return await readDatabase(root, (connection) => ask(async (text) => allOf(connection, text)));
    return await askPostgres(postgres, (client) => ask(async (text) => (await client.query(text)).rows));
  } catch {
    return undefined;
  }
}

/** More of them say nothing new. */
const WAITING = "SELECT waiting FROM packages WHERE state = 'waiting' AND waiting IS NOT NULL LIMIT 10000";

async function readRows(
  root: string,
  postgres: PostgresSettings | undefined,
  text: string,
): Promise<Record<string, unknown>[] | undefined> {
  try {
    if (postgres === undefined) return await readDatabase(root, (connection) => allOf(connection, text));
    return await askPostgres(postgres, async (client) => (await client.query(text)).rows);
  } catch {
    // That it does not answer, or holds no such table yet, another finding says.
    return undefined;
  }
}

async function missingPragmas(root: string): Promise<string[]> {
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
  read: (connection: SqliteConnection) => T | Promise<T>,
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
    return await read(connection);
  } finally {
    connection.close();
  }
}

function allOf(connection: SqliteConnection, text: string): Record<string, unknown>[] {
  return connection.prepare(text).all([]) as Record<string, unknown>[];
}
