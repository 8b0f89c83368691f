import { sql, type Transaction } from 'kysely';
import { inTransaction } from '../store/in-transaction.ts';
import { openPostgres } from '../store/open-postgres.ts';
import { OPERATOR } from '../store/people-migration.ts';
import { addressOf } from '../store/postgres-connection.ts';
import type { PostgresSettings } from '../store/postgres-settings.ts';
import { openSqlite, type SqliteConnection } from '../store/sqlite-driver.ts';
import { StoreError } from '../store/store-error.ts';
import type { Tables } from '../store/tables.ts';
import { BackupError } from './backup-error.ts';
import { copiedTables, migrationsOf, quoted } from './copied-tables.ts';

const AT_A_TIME = 200;

/**
 * Puts the metadata of a backup into an empty PostgreSQL database, all or nothing.
 * @throws BackupError BACKUP_DAMAGED when it is of another version; StoreError DATABASE_NOT_EMPTY, DATABASE_IN_USE,
 * DATABASE_UNSUITABLE, DATABASE_UNAVAILABLE
 */
export async function loadPostgres(file: string, settings: PostgresSettings): Promise<void> {
  const connection = await openSqlite(file);
  try {
    const db = await openPostgres(settings, () => undefined);
    try {
      await inTransaction(db, async (tx) => {
        const known = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(
          tx,
        );
        if (known.rows.map(({ name }) => name).join() !== migrationsOf(connection).join())
          throw new BackupError('BACKUP_DAMAGED', 'the backup is of another version', { entry: file });
        const tables = copiedTables(connection);
        for (const table of tables) await requireEmpty(tx, table, addressOf(settings));
        // The one row a new database has; the backup brings its own.
        await tx.deleteFrom('organisations').execute();
        for (const table of tables) await loadTable(tx, connection, table);
      });
    } finally {
      await db.destroy();
    }
  } finally {
    connection.close();
  }
}

async function requireEmpty(tx: Transaction<Tables>, table: string, entry: string): Promise<void> {
  const isOther = table === 'organisations' ? sql`where id <> ${OPERATOR}` : sql``;
  const { rows } = await sql`select 1 from ${sql.table(table)} ${isOther} limit 1`.execute(tx);
  if (rows.length === 0) return;
  throw new StoreError('DATABASE_NOT_EMPTY', `the database ${entry} holds something already, in ${table}`, {
    entry,
  });
}

async function loadTable(
  tx: Transaction<Tables>,
  connection: SqliteConnection,
  table: string,
): Promise<void> {
  const select = connection.prepare(
    `SELECT rowid AS "row of", * FROM ${quoted(table)} WHERE rowid > ? ORDER BY rowid LIMIT ${AT_A_TIME}`,
  );
  for (let after: unknown = 0; ; ) {
    const rows = select.all([after]) as Record<string, unknown>[];
    const [first] = rows;
    if (first === undefined) return;
    const columns = Object.keys(first).filter((name) => name !== 'row of');
    const values = rows.map((row) => sql`(${sql.join(columns.map((name) => sql.val(row[name])))})`);
    const names = sql.join(columns.map((name) => sql.ref(name)));
    await sql`insert into ${sql.table(table)} (${names}) values ${sql.join(values)}`.execute(tx);
    after = rows.at(-1)?.['row of'];
  }
}
