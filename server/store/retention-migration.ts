import type { Kysely } from 'kysely';

/** Legal holds on cases, and deletions after the retention period. */
export async function retention({ schema }: Kysely<unknown>): Promise<void> {
  await schema.alterTable('cases').addColumn('hold', 'text').execute();
  await schema.createIndex('cases_retained').on('cases').columns(['retain_until']).execute();
  await schema
    .createTable('deletions')
    .addColumn('package', 'text', (c) => c.primaryKey().references('packages.id'))
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('requested_by', 'text', (c) => c.notNull())
    .addColumn('requested_at', 'bigint', (c) => c.notNull())
    .addColumn('confirmed_at', 'bigint')
    .addColumn('tombstone', 'text')
    .addColumn('file', 'text')
    .addColumn('finished_at', 'bigint')
    .execute();
  await schema
    .createIndex('deletions_open')
    .on('deletions')
    .columns(['finished_at', 'confirmed_at'])
    .execute();
}
