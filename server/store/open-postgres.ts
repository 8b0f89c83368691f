import { CamelCasePlugin, Kysely, PostgresDialect, type PostgresPool } from 'kysely';
import { Pool, type PoolClient } from 'pg';
import type { Database } from './database.ts';
import { migrate } from './migrate.ts';
import { addressOf, postgresConnection } from './postgres-connection.ts';
import { postgresFault } from './postgres-fault.ts';
import { takePostgresLock } from './postgres-lock.ts';
import type { PostgresSettings } from './postgres-settings.ts';
import type { StoreError } from './store-error.ts';
import type { Tables } from './tables.ts';

/**
 * Opens the metadata store in PostgreSQL, for this process alone, and brings its schema up to date. A resolved write
 * is on the server's disk. A server that goes away fails what is asked of it with DATABASE_UNAVAILABLE until it is
 * back.
 * @param onLost the lock is gone with its connection: end the process, the next start takes it anew.
 * @throws StoreError DATABASE_IN_USE, DATABASE_UNSUITABLE, DATABASE_UNAVAILABLE
 */
export async function openPostgres(
  settings: PostgresSettings,
  onLost: (error: StoreError) => void,
): Promise<Database> {
  const unlock = await takePostgresLock(settings, onLost);
  const pool = new Pool({ ...postgresConnection(settings), max: settings.connections });
  // A connection that breaks while nobody uses it is replaced; unheard, the event would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => void client.on('error', () => undefined));
  const db: Database = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: namingFaults(pool, addressOf(settings), unlock) }),
    plugins: [new CamelCasePlugin()],
  });
  await migrate(db);
  return db;
}

/** The pool as kysely takes it; its errors are the service's own, and the lock ends with it. */
function namingFaults(pool: Pool, address: string, unlock: () => Promise<void>): PostgresPool {
  const named = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw postgresFault(error, address);
    }
  };
  const wrap = (client: PoolClient) => ({
    query: (text: string, parameters: readonly unknown[]) =>
      named(() => client.query(text, parameters.map(withoutNul))),
    release: () => client.release(),
  });
  return {
    connect: async () => wrap(await named(() => pool.connect())),
    async end() {
      await pool.end();
      await unlock();
    },
  } as unknown as PostgresPool;
}

/**
 * PostgreSQL's text holds no U+0000; a hostile title or entry name with one must not stop its package. Signed texts are
 * JSON, where it is escaped.
 */
function withoutNul(value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\0', '\u{FFFD}') : value;
}
