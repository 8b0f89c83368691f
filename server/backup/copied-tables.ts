import type { SqliteConnection } from '../store/sqlite-driver.ts';

/** What the migrations keep for themselves. */
const OWN = ['kysely_migration', 'kysely_migration_lock'];

/** Tables of a metadata store in SQLite, in the order of their making: none refers to a later one. */
export function copiedTables(connection: SqliteConnection): string[] {
  return namesOf(
    connection,
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid",
  ).filter((name) => !OWN.includes(name));
}

/** Names of the migrations a store in SQLite has had. */
export function migrationsOf(connection: SqliteConnection): string[] {
  return namesOf(connection, 'SELECT name FROM kysely_migration ORDER BY name');
}

/** As SQL has it; PostgreSQL and SQLite alike. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function namesOf(connection: SqliteConnection, query: string): string[] {
  return (connection.prepare(query).all([]) as { name: string }[]).map(({ name }) => name);
}
