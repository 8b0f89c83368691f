import type { Transaction } from 'kysely';
import { type AuditEntry, auditHash, NO_ENTRY } from '#shared/api/audit-entry';
import { canonicalJson } from '#shared/lib/canonical-json';
import type { Sha256 } from '#shared/lib/sha256';
import type { Database } from './database.ts';
import { inTransaction } from './in-transaction.ts';
import type { Tables } from './tables.ts';

/** What is to be recorded; number and chain are the trail's. */
export type AuditRecord = Omit<AuditEntry, 'version' | 'seq' | 'prev' | 'hash'>;

/** The audit trail 审计记录: one hash chain for each organisation, append only. */
export interface AuditTrail {
  /** Resolves when the entry is on disk. */
  append(record: AuditRecord): Promise<AuditEntry>;
  /** Entries after number `after`, oldest first, about `subject` only when it is given. */
  read(
    organisation: string,
    options: { after: number; limit: number; subject?: string },
  ): Promise<readonly AuditEntry[]>;
  /** Entries before number `before`, newest first. */
  newest(organisation: string, options: { before: number; limit: number }): Promise<readonly AuditEntry[]>;
}

export function createAuditTrail(db: Database): AuditTrail {
  return {
    append: (record) => inTransaction(db, (tx) => appendAudit(tx, record)),
    async read(organisation, { after, limit, subject }) {
      let query = db
        .selectFrom('auditEntries')
        .select('entry')
        .where('organisation', '=', organisation)
        .where('seq', '>', after)
        .orderBy('seq');
      if (subject !== undefined) query = query.where('subject', '=', subject);
      return (await query.limit(limit).execute()).map(({ entry }) => JSON.parse(entry) as AuditEntry);
    },
    async newest(organisation, { before, limit }) {
      const rows = await db
        .selectFrom('auditEntries')
        .select('entry')
        .where('organisation', '=', organisation)
        .where('seq', '<', before)
        .orderBy('seq', 'desc')
        .limit(limit)
        .execute();
      return rows.map(({ entry }) => JSON.parse(entry) as AuditEntry);
    },
  };
}

/** Appends within a transaction: the entry and what it tells of are on disk together, or neither. */
export async function appendAudit(tx: Transaction<Tables>, record: AuditRecord): Promise<AuditEntry> {
  const last = await tx
    .selectFrom('auditEntries')
    .select(['seq', 'hash'])
    .where('organisation', '=', record.organisation)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  const chained = {
    ...record,
    version: 1 as const,
    seq: (last?.seq ?? 0) + 1,
    prev: (last?.hash as Sha256 | undefined) ?? NO_ENTRY,
  };
  const entry: AuditEntry = { ...chained, hash: auditHash(chained) };
  const { organisation, seq, subject, hash } = entry;
  await tx
    .insertInto('auditEntries')
    .values({ organisation, seq, subject, hash, entry: canonicalJson(entry) })
    .execute();
  return entry;
}
