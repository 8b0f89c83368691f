import { Migrator } from 'kysely';
import type { Database } from './database.ts';
import { migrations } from './migrations.ts';

/** Brings the schema up to date; closes the database when it cannot. */
export async function migrate(db: Database): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  await db.destroy();
  throw error;
}
