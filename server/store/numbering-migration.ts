import { type Kysely, sql } from 'kysely';

/** Cases of challenges; numbers closed or missing; forks, which a reinstated device keeps; challenges in files. */
export async function numbering({ schema }: Kysely<unknown>): Promise<void> {
  await schema.alterTable('challenges').addColumn('case_id', 'text').execute();
  await schema
    .createIndex('challenges_unused')
    .on('challenges')
    .columns(['issued_at', 'device'])
    .where(sql.ref('used_by'), 'is', null)
    .execute();
  await schema
    .createTable('number_closings')
    .addColumn('device', 'text', (c) => c.notNull().references('devices.id'))
    .addColumn('sequence', 'bigint', (c) => c.notNull())
    .addColumn('outcome', 'text', (c) => c.notNull())
    .addColumn('journal_seq', 'bigint', (c) => c.notNull())
    .addColumn('journal_head', 'text', (c) => c.notNull())
    .addColumn('closed_at', 'bigint', (c) => c.notNull())
    .addColumn('proof', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('number_closings_key', ['device', 'sequence'])
    .execute();
  await schema
    .createTable('number_gaps')
    .addColumn('device', 'text', (c) => c.notNull().references('devices.id'))
    .addColumn('first', 'bigint', (c) => c.notNull())
    .addColumn('last', 'bigint', (c) => c.notNull())
    .addColumn('declared_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('number_gaps_key', ['device', 'first'])
    .execute();
  await schema
    .createTable('device_forks')
    .addColumn('device', 'text', (c) => c.notNull().references('devices.id'))
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('reason', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('device_forks_key', ['device', 'at'])
    .execute();
  await schema
    .createTable('carried_challenges')
    .addColumn('nonce', 'text', (c) => c.primaryKey())
    .addColumn('organisation', 'text', (c) => c.notNull().references('organisations.id'))
    .addColumn('device', 'text', (c) => c.references('devices.id'))
    .addColumn('issued_at', 'bigint', (c) => c.notNull())
    .addColumn('file', 'text', (c) => c.notNull())
    .addColumn('used_by', 'text')
    .execute();
  await schema
    .createIndex('carried_challenges_of')
    .on('carried_challenges')
    .columns(['organisation', 'device'])
    .execute();
}
