import { Client } from 'pg';
import { addressOf, postgresConnection } from './postgres-connection.ts';
import { postgresFault } from './postgres-fault.ts';
import type { PostgresSettings } from './postgres-settings.ts';

/**
 * Reads from the database beside the service, on a connection of its own and in one snapshot; nothing can be written.
 * @throws StoreError DATABASE_UNAVAILABLE
 */
export async function askPostgres<T>(
  settings: PostgresSettings,
  ask: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client(postgresConnection(settings));
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('START TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    return await ask(client);
  } catch (error) {
    throw postgresFault(error, addressOf(settings));
  } finally {
    await client.end().catch(() => undefined);
  }
}
