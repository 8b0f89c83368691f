import type { Kysely } from 'kysely';

/** The organisation that operates the service; devices, cases and packages of earlier versions are its own. */
export const OPERATOR = 'operator';

/** Organisations, users and how they sign in; devices and pairing codes belong to them; the audit trail. */
export async function people(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable('organisations')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute();
  await (db as Kysely<{ organisations: object }>)
    .insertInto('organisations')
    .values({ id: OPERATOR, name: '', kind: 'authority', created_at: 0 })
    .execute();
  await schema
    .createTable('users')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('organisation', 'text', (c) => c.notNull().references('organisations.id'))
    .addColumn('name', 'text', (c) => c.notNull().unique())
    .addColumn('display_name', 'text', (c) => c.notNull())
    .addColumn('certificate', 'text')
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('password_hash', 'text')
    .addColumn('totp_secret', 'text')
    .addColumn('totp_pending', 'text')
    .addColumn('totp_step', 'bigint', (c) => c.notNull().defaultTo(0))
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('disabled_at', 'bigint')
    .execute();
  await schema.createIndex('users_of').on('users').columns(['organisation', 'created_at', 'id']).execute();
  await credentials(db);
  // SQLite adds no column that has both a default and a reference.
  await schema
    .alterTable('devices')
    .addColumn('organisation', 'text', (c) => c.notNull().defaultTo(OPERATOR))
    .execute();
  await schema.alterTable('devices').addColumn('user', 'text').execute();
  await schema.createIndex('devices_of').on('devices').columns(['organisation', 'paired_at', 'id']).execute();
  await schema
    .alterTable('pairing_codes')
    .addColumn('organisation', 'text', (c) => c.notNull().defaultTo(OPERATOR))
    .execute();
  await schema.alterTable('pairing_codes').addColumn('user', 'text').execute();
  await schema
    .createTable('audit_entries')
    .addColumn('organisation', 'text', (c) => c.notNull().references('organisations.id'))
    .addColumn('seq', 'bigint', (c) => c.notNull())
    .addColumn('subject', 'text')
    .addColumn('entry', 'text', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('audit_entries_key', ['organisation', 'seq'])
    .execute();
  await schema
    .createIndex('audit_entries_subject')
    .on('audit_entries')
    .columns(['organisation', 'subject', 'seq'])
    .execute();
}

async function credentials({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('invitations')
    .addColumn('token_hash', 'text', (c) => c.primaryKey())
    .addColumn('user', 'text', (c) => c.notNull().references('users.id'))
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .execute();
  await schema
    .createTable('user_sessions')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('token_hash', 'text', (c) => c.notNull().unique())
    .addColumn('user', 'text', (c) => c.notNull().references('users.id'))
    .addColumn('agent', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('seen_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .execute();
  await schema.createIndex('user_sessions_of').on('user_sessions').columns(['user']).execute();
  await schema
    .createTable('api_tokens')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('token_hash', 'text', (c) => c.notNull().unique())
    .addColumn('user', 'text', (c) => c.notNull().references('users.id'))
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('scopes', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addColumn('revoked_at', 'bigint')
    .execute();
  await schema.createIndex('api_tokens_of').on('api_tokens').columns(['user']).execute();
  await schema
    .createTable('sign_in_failures')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('failures', 'integer', (c) => c.notNull())
    .addColumn('locked_until', 'bigint', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .execute();
}
