import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { addressOf, postgresConnection } from './postgres-connection.ts';
import { postgresFault } from './postgres-fault.ts';
import { missingGuarantees } from './postgres-guarantees.ts';
import type { PostgresSettings } from './postgres-settings.ts';
import { StoreError } from './store-error.ts';

/** Any number, the same for every service: `tiezheng` in ASCII, cut to a positive 64-bit integer. */
const LOCK = '8388351640563281511';
/** A killed service holds its lock until the server has noticed. */
const PATIENCE_MS = 10_000;

/**
 * Takes the database for this process: a session lock (`pg_advisory_lock`) on a connection of its own, which the
 * server drops with the connection. Looks first whether the server keeps what the service promises.
 * @param onLost the connection has broken: another process may take the database from now on.
 * @returns gives it back.
 * @throws StoreError DATABASE_IN_USE, DATABASE_UNSUITABLE, DATABASE_UNAVAILABLE
 */
export async function takePostgresLock(
  settings: PostgresSettings,
  onLost: (error: StoreError) => void,
): Promise<() => Promise<void>> {
  const entry = addressOf(settings);
  const client = new Client(postgresConnection(settings));
  let released = false;
  const lost = (cause: unknown) => {
    if (released) return;
    released = true;
    onLost(new StoreError('DATABASE_UNAVAILABLE', `the connection to ${entry} has broken`, { entry, cause }));
  };
  client.on('error', lost);
  client.on('end', () => lost(undefined));
  try {
    await client.connect();
    const missing = await missingGuarantees(client);
    if (missing.length > 0)
      throw new StoreError('DATABASE_UNSUITABLE', `the database has ${missing.join(', ')}`, { entry });
    for (let left = PATIENCE_MS; !(await isTaken(client)); left -= 100) {
      if (left <= 0)
        throw new StoreError('DATABASE_IN_USE', `another service uses the database ${entry}`, { entry });
      await sleep(100);
    }
  } catch (error) {
    released = true;
    await client.end().catch(() => undefined);
    throw postgresFault(error, entry);
  }
  return async () => {
    released = true;
    await client.end().catch(() => undefined);
  };
}

async function isTaken(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [LOCK]);
  return rows[0]?.taken === true;
}
