import type { SqliteDatabase } from 'kysely';

/** The two interchangeable SQLite bindings; both have the interface of better-sqlite3. */
export const sqliteDrivers = ['better-sqlite3', 'libsql'] as const;
export type SqliteDriver = (typeof sqliteDrivers)[number];

export interface SqliteConnection extends SqliteDatabase {
  exec(sql: string): unknown;
}

type Constructor = new (path: string) => SqliteConnection;

const load: Record<SqliteDriver, () => Promise<Constructor>> = {
  'better-sqlite3': async () => (await import('better-sqlite3')).default as unknown as Constructor,
  libsql: async () => (await import('libsql')).default as unknown as Constructor,
};

let chosen: Promise<Constructor> | undefined;

/**
 * Opens a SQLite file, making it when absent. better-sqlite3 where its native module loads (it is compiled or
 * downloaded when it is installed, so it may be missing), otherwise libsql, whose binary lies in its npm package.
 * @param driver demands one binding instead of choosing.
 */
export async function openSqlite(path: string, driver?: SqliteDriver): Promise<SqliteConnection> {
  if (driver !== undefined) return new (await load[driver]())(path);
  chosen ??= choose();
  return new (await chosen)(path);
}

async function choose(): Promise<Constructor> {
  try {
    const Database = await load['better-sqlite3']();
    // The native module is loaded by the first connection, not by the import.
    new Database(':memory:').close();
    return Database;
  } catch {
    return load.libsql();
  }
}
