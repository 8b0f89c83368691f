import { type Database, openDatabase } from './database.ts';
import { openPostgres } from './open-postgres.ts';
import type { PostgresSettings } from './postgres-settings.ts';
import type { StoreError } from './store-error.ts';

/**
 * Opens the metadata store, wherever it is configured to be.
 * @param file of SQLite, where there are no `settings`.
 * @param onLost see `openPostgres`.
 */
export async function openMetadata(
  file: string,
  settings: PostgresSettings | undefined,
  onLost: (error: StoreError) => void,
): Promise<Database> {
  return settings === undefined ? openDatabase(file) : openPostgres(settings, onLost);
}
