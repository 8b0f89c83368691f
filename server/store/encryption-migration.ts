import type { Kysely } from 'kysely';

/**
 * Wrapped keys of packages whose files are encrypted; in a table of their own, so that one that is destroyed can be
 * wiped from the database file without rewriting the rest of it. And what tells the master key from another.
 */
export async function encryption({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('data_keys')
    .addColumn('package', 'text', (c) => c.primaryKey().references('packages.id'))
    .addColumn('wrapped', 'text', (c) => c.notNull())
    .execute();
  await schema
    .createTable('master_key_proofs')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('wrapped', 'text', (c) => c.notNull())
    .execute();
}
