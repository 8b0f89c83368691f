import { open } from 'node:fs/promises';
import { openSqlite, type SqliteConnection } from '../store/sqlite-driver.ts';

/** A package on record, as far as its files are concerned. */
export interface RecordedPackage {
  readonly id: string;
  readonly state: string;
  readonly upload: string;
  readonly bytes: number;
  /** Of the bundle. */
  readonly sha256: string;
  /** Of the sealed package. */
  readonly sealedSha256: string | null;
  /** RFC 6962 leaf hash. */
  readonly sealLeaf: string | null;
  /** Key of its files, wrapped; `null` where they are in the clear. */
  readonly wrappedKey: string | null;
}

const COLUMNS = 'id, state, upload, bytes, sha256, sealed_sha256 AS sealedSha256, seal_leaf AS sealLeaf';
const PAGE = 500;

/**
 * Writes the database as it is at this moment into a file of its own, while the service goes on writing (SQLite
 * `VACUUM INTO` reads one snapshot).
 */
export async function copyDatabase(source: string, target: string): Promise<void> {
  const connection = await openSqlite(source);
  try {
    connection.exec('PRAGMA busy_timeout = 10000');
    connection.exec(`VACUUM INTO '${target.replaceAll("'", "''")}'`);
  } finally {
    connection.close();
  }
}

/** Makes a copied database durable, for its owner only; neither way of copying does. */
export async function syncDatabase(target: string): Promise<void> {
  const file = await open(target, 'r+');
  try {
    await file.chmod(0o600);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A copied database, to be read only: nobody writes it, so it is opened as immutable as SQLite allows. */
export class DatabaseCopy {
  readonly #connection: SqliteConnection;

  private constructor(connection: SqliteConnection) {
    this.#connection = connection;
  }

  static async open(path: string): Promise<DatabaseCopy> {
    const connection = await openSqlite(path);
    connection.exec('PRAGMA query_only = ON');
    return new DatabaseCopy(connection);
  }

  /** What SQLite finds wrong with the file; `ok` when nothing. */
  integrity(): string {
    const rows = this.#all<{ integrity_check: string }>('PRAGMA integrity_check', []);
    return rows.map((row) => row.integrity_check).join('; ');
  }

  /** Every package, in the order of ids. */
  *packages(): Generator<RecordedPackage> {
    // A backup of an earlier version has no such table, and nothing encrypted.
    const [keys] = this.#all("SELECT 1 FROM sqlite_master WHERE name = 'data_keys'", []);
    const wrapped = keys === undefined ? 'NULL' : '(SELECT wrapped FROM data_keys WHERE package = id)';
    for (let after = ''; ; ) {
      const sql = `SELECT ${COLUMNS}, ${wrapped} AS wrappedKey FROM packages WHERE id > ? ORDER BY id LIMIT ${PAGE}`;
      const rows = this.#all<RecordedPackage>(sql, [after]);
      yield* rows;
      const last = rows[PAGE - 1];
      if (last === undefined) return;
      after = last.id;
    }
  }

  close(): void {
    this.#connection.close();
  }

  #all<Row>(sql: string, parameters: readonly unknown[]): Row[] {
    return this.#connection.prepare(sql).all(parameters) as Row[];
  }
}
