import type { Kysely } from 'kysely';

/** Bytes of uploads begun, by device and organisation and hour: what limits are counted by. */
export async function usage({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('upload_usage')
    .addColumn('scope', 'text', (c) => c.notNull())
    .addColumn('hour', 'bigint', (c) => c.notNull())
    .addColumn('bytes', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('upload_usage_key', ['scope', 'hour'])
    .execute();
}
