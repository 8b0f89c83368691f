import type { Kysely, Migration } from 'kysely';
import { cases } from './cases-migration.ts';
import { encryption } from './encryption-migration.ts';
import { lists } from './lists-migration.ts';
import { numbering } from './numbering-migration.ts';
import { openUploads } from './open-uploads-migration.ts';
import { people } from './people-migration.ts';
import { retention } from './retention-migration.ts';
import { secondLooks } from './second-look-migration.ts';
import { signInWays } from './sign-in-ways-migration.ts';
import { usage } from './usage-migration.ts';

/** Migrations see the schema as it was, never today's row types. */
type AnySchema = Kysely<unknown>;

async function first(db: AnySchema): Promise<void> {
  const { schema } = db;
  await schema
    .createTable('devices')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('public_key', 'text', (c) => c.notNull().unique())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('paired_at', 'bigint', (c) => c.notNull())
    .addColumn('revoked_at', 'bigint')
    .addColumn('suspended_at', 'bigint')
    .addColumn('suspension', 'text')
    .execute();
  await schema
    .createTable('pairing_codes')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('salt', 'text', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addColumn('tries_left', 'integer', (c) => c.notNull())
    .addColumn('used_at', 'bigint')
    .execute();
  await schema
    .createTable('session_nonces')
    .addColumn('hash', 'text', (c) => c.primaryKey())
    .addColumn('device', 'text', (c) => c.notNull().references('devices.id'))
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .execute();
  await schema
    .createTable('sessions')
    .addColumn('token_hash', 'text', (c) => c.primaryKey())
    .addColumn('device', 'text', (c) => c.notNull().references('devices.id'))
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .execute();
  await schema
    .createTable('cases')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('number', 'text', (c) => c.notNull().unique())
    .addColumn('title', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('created_by', 'text', (c) => c.notNull().references('devices.id'))
    .execute();
  await schema.createIndex('cases_newest').on('cases').columns(['created_at', 'id']).execute();
  await evidence(db);
}

async function evidence({ schema }: AnySchema): Promise<void> {
  await schema
    .createTable('challenges')
    .addColumn('nonce', 'text', (c) => c.primaryKey())
    .addColumn('device', 'text', (c) => c.notNull().references('devices.id'))
    .addColumn('sequence', 'bigint', (c) => c.notNull())
    .addColumn('journal_seq', 'bigint', (c) => c.notNull())
    .addColumn('journal_head', 'text', (c) => c.notNull())
    .addColumn('issued_at', 'bigint', (c) => c.notNull())
    .addColumn('file', 'text', (c) => c.notNull())
    .addColumn('used_by', 'text')
    .addUniqueConstraint('challenges_number', ['device', 'sequence'])
    .execute();
  await schema
    .createTable('anchors')
    .addColumn('device', 'text', (c) => c.notNull().references('devices.id'))
    .addColumn('digest', 'text', (c) => c.notNull())
    .addColumn('token', 'text', (c) => c.notNull())
    .addColumn('proof', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('anchors_key', ['device', 'digest'])
    .execute();
  await schema
    .createTable('uploads')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('device', 'text', (c) => c.notNull().references('devices.id'))
    .addColumn('capture', 'text', (c) => c.notNull())
    .addColumn('sha256', 'text', (c) => c.notNull())
    .addColumn('package', 'text', (c) => c.notNull())
    .addColumn('bytes', 'bigint', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('finished_at', 'bigint')
    .execute();
  await schema.createIndex('uploads_package').on('uploads').columns(['package', 'device']).execute();
  await schema.createIndex('uploads_open').on('uploads').columns(['finished_at', 'created_at']).execute();
  await schema
    .createTable('packages')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('device', 'text', (c) => c.notNull().references('devices.id'))
    .addColumn('capture', 'text')
    .addColumn('sha256', 'text', (c) => c.notNull().unique())
    .addColumn('bytes', 'bigint', (c) => c.notNull())
    .addColumn('upload', 'text', (c) => c.notNull())
    .addColumn('received_at', 'bigint', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('verdict', 'text')
    .addColumn('refusal_code', 'text')
    .addColumn('refusal_entry', 'text')
    .addColumn('refusal_message', 'text')
    .addColumn('defects', 'text', (c) => c.notNull())
    .addColumn('receipt', 'text')
    .addColumn('chain', 'text')
    .addColumn('previous_seal', 'text')
    .addColumn('seal_leaf', 'text')
    .addColumn('done', 'text', (c) => c.notNull())
    .addColumn('sealed_at', 'bigint')
    .addColumn('sealed_bytes', 'bigint')
    .addColumn('sealed_sha256', 'text')
    .execute();
  await schema.createIndex('packages_newest').on('packages').columns(['received_at', 'id']).execute();
  await schema.createIndex('packages_of').on('packages').columns(['device', 'received_at', 'id']).execute();
  await schema.createIndex('packages_chain').on('packages').columns(['chain', 'sealed_at']).execute();
  await schema
    .createTable('captures')
    .addColumn('device', 'text', (c) => c.notNull().references('devices.id'))
    .addColumn('sequence', 'bigint', (c) => c.notNull())
    .addColumn('package', 'text', (c) => c.notNull().references('packages.id'))
    .addColumn('journal', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('captures_key', ['device', 'sequence'])
    .execute();
  await schema
    .createTable('journal_marks')
    .addColumn('device', 'text', (c) => c.notNull().references('devices.id'))
    .addColumn('seq', 'bigint', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('journal_marks_key', ['device', 'seq'])
    .execute();
  await schema
    .createTable('jobs')
    .addColumn('package', 'text', (c) => c.primaryKey().references('packages.id'))
    .addColumn('run_after', 'bigint', (c) => c.notNull())
    .addColumn('lease_owner', 'text')
    .addColumn('lease_until', 'bigint')
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addColumn('last_error', 'text')
    .execute();
  await schema.createIndex('jobs_due').on('jobs').columns(['run_after']).execute();
}

async function witnessed({ schema }: AnySchema): Promise<void> {
  await schema.alterTable('packages').addColumn('waiting', 'text').execute();
  await schema
    .createTable('pending_leaves')
    .addColumn('leaf_hash', 'text', (c) => c.primaryKey())
    .addColumn('leaf_index', 'text', (c) => c.notNull())
    .execute();
}

/** Forward only: a migration that has been released is never changed; names sort in the order of running. */
export const migrations: Record<string, Migration> = {
  '001-first': { up: first },
  '002-witnessed': { up: witnessed },
  '003-people': { up: people },
  '004-cases': { up: cases },
  '005-numbering': { up: numbering },
  '006-lists': { up: lists },
  '007-retention': { up: retention },
  '008-second-looks': { up: secondLooks },
  '009-sign-in-ways': { up: signInWays },
  '010-usage': { up: usage },
  '011-encryption': { up: encryption },
  '012-open-uploads': { up: openUploads },
};
