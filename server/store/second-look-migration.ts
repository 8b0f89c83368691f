import type { Kysely } from 'kysely';

/** Statements of second looks, and the packages whose seal has begun. */
export async function secondLooks({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('second_looks')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('package', 'text', (c) => c.notNull().references('packages.id'))
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('record', 'text', (c) => c.notNull())
    .addColumn('in_seal', 'integer', (c) => c.notNull())
    .execute();
  await schema.createIndex('second_looks_of').on('second_looks').columns(['package', 'at', 'id']).execute();
  await schema
    .createTable('second_look_seals')
    .addColumn('package', 'text', (c) => c.primaryKey().references('packages.id'))
    .execute();
}
