import type { Client } from 'pg';
import { askPostgres } from '../store/ask-postgres.ts';
import { openDatabase } from '../store/database.ts';
import type { PostgresSettings } from '../store/postgres-settings.ts';
import { openSqlite, type SqliteConnection } from '../store/sqlite-driver.ts';
import { BackupError } from './backup-error.ts';
import { copiedTables, migrationsOf, quoted } from './copied-tables.ts';

const AT_A_TIME = 500;

/**
 * Writes the metadata in PostgreSQL as they are at this moment (one `REPEATABLE READ` snapshot) into a SQLite file of
 * the same schema: a backup looks the same wherever the metadata are kept, and restores to either.
 * @throws BackupError DATA_CHANGING when the database has another schema than this program; StoreError
 */
export async function copyPostgres(settings: PostgresSettings, target: string): Promise<void> {
  await (await openDatabase(target)).destroy();
  const connection = await openSqlite(target);
  try {
    // One file, no log beside it; the caller syncs it.
    connection.exec('PRAGMA journal_mode = DELETE');
    connection.exec('PRAGMA foreign_keys = OFF');
    await askPostgres(settings, async (client) => {
      await requireSameSchema(client, connection, target);
      connection.exec('BEGIN');
      for (const table of copiedTables(connection)) await copyTable(client, connection, table);
      connection.exec('COMMIT');
    });
  } finally {
    connection.close();
  }
}

async function requireSameSchema(client: Client, connection: SqliteConnection, entry: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>('SELECT name FROM kysely_migration ORDER BY name');
  if (rows.map(({ name }) => name).join() !== migrationsOf(connection).join())
    throw new BackupError('DATA_CHANGING', 'the database is of another version than this program', { entry });
}

async function copyTable(client: Client, connection: SqliteConnection, table: string): Promise<void> {
  connection.exec(`DELETE FROM ${quoted(table)}`);
  await client.query(`DECLARE rows_of NO SCROLL CURSOR FOR SELECT * FROM ${quoted(table)}`);
  for (;;) {
    const { rows, fields } = await client.query(`FETCH ${AT_A_TIME} FROM rows_of`);
    if (rows.length === 0) break;
    const columns = fields.map(({ name }) => name);
    const insert = connection.prepare(
      `INSERT INTO ${quoted(table)} (${columns.map(quoted).join()}) VALUES (${columns.map(() => '?').join()})`,
    );
    for (const row of rows) insert.run(columns.map((name) => row[name]));
  }
  await client.query('CLOSE rows_of');
}
