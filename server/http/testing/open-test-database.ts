import { inject } from 'vitest';
import { createDatabase } from '../../../test/fixtures/postgres.ts';
import { type Database, openDatabase } from '../../store/database.ts';
import { openPostgres } from '../../store/open-postgres.ts';

/** A new database with all tables: in PostgreSQL where the test project has one, otherwise in `file`. */
export async function openTestDatabase(file: string): Promise<Database> {
  const postgres = inject('postgres');
  if (postgres === undefined) return openDatabase(file);
  const url = await createDatabase(postgres.folder, postgres.template);
  return openPostgres({ url, connections: 4 }, () => undefined);
}
