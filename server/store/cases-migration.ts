import { type Kysely, sql } from 'kysely';
import { OPERATOR } from './people-migration.ts';

/** Cases as an organisation keeps them, what packages are found by, and corrections after the seal. */
export async function cases(db: Kysely<unknown>): Promise<void> {
  await rebuildCases(db);
  const { schema } = db;
  await schema
    .createTable('case_offices')
    .addColumn('case', 'text', (c) => c.notNull().references('cases.id'))
    .addColumn('organisation', 'text', (c) => c.notNull().references('organisations.id'))
    .addColumn('shared_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('case_offices_key', ['case', 'organisation'])
    .execute();
  await schema.createIndex('case_offices_of').on('case_offices').columns(['organisation', 'case']).execute();
  // SQLite adds no column that has both a default and a reference.
  await schema
    .alterTable('packages')
    .addColumn('organisation', 'text', (c) => c.notNull().defaultTo(OPERATOR))
    .execute();
  for (const name of ['case_id', 'url', 'title'])
    await schema.alterTable('packages').addColumn(name, 'text').execute();
  await schema.alterTable('packages').addColumn('captured_at', 'bigint').execute();
  await schema
    .createIndex('packages_of_organisation')
    .on('packages')
    .columns(['organisation', 'received_at', 'id'])
    .execute();
  await schema
    .createIndex('packages_of_case')
    .on('packages')
    .columns(['case_id', 'organisation', 'received_at', 'id'])
    .execute();
  await schema
    .createTable('package_terms')
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('term', 'text', (c) => c.notNull())
    .addColumn('organisation', 'text', (c) => c.notNull())
    .addColumn('received_at', 'bigint', (c) => c.notNull())
    .addColumn('package', 'text', (c) => c.notNull().references('packages.id'))
    .addPrimaryKeyConstraint('package_terms_key', ['kind', 'term', 'organisation', 'received_at', 'package'])
    .execute();
  await schema.createIndex('package_terms_of').on('package_terms').columns(['package']).execute();
  await schema
    .createTable('corrections')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('package', 'text', (c) => c.notNull().references('packages.id'))
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('record', 'text', (c) => c.notNull())
    .execute();
  await schema.createIndex('corrections_of').on('corrections').columns(['package', 'at']).execute();
  await sql`insert into package_terms (kind, term, organisation, received_at, package)
    select 'hash', sha256, organisation, received_at, id from packages`.execute(db);
  await sql`insert into package_terms (kind, term, organisation, received_at, package)
    select 'hash', sealed_sha256, organisation, received_at, id from packages
    where sealed_sha256 is not null on conflict do nothing`.execute(db);
}

/** A number was unique in the whole service and a case made by a device; now it is its organisation's. */
async function rebuildCases(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable('new_cases')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('organisation', 'text', (c) => c.notNull().references('organisations.id'))
    .addColumn('number', 'text', (c) => c.notNull())
    .addColumn('title', 'text', (c) => c.notNull())
    .addColumn('cause', 'text', (c) => c.notNull())
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('legal_basis', 'text', (c) => c.notNull())
    .addColumn('category', 'text')
    .addColumn('operators', 'text', (c) => c.notNull())
    .addColumn('retain_until', 'text')
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('created_by', 'text', (c) => c.notNull())
    .addUniqueConstraint('cases_number', ['organisation', 'number'])
    .execute();
  await sql`insert into new_cases
    select id, ${OPERATOR}, number, title, '', '', '', null, '[]', null, 1, created_at, created_by from cases`.execute(
    db,
  );
  await schema.dropTable('cases').execute();
  await schema.alterTable('new_cases').renameTo('cases').execute();
  await schema
    .createIndex('cases_newest')
    .on('cases')
    .columns(['organisation', 'created_at', 'id'])
    .execute();
}
