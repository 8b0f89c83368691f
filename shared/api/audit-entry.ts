import * as v from 'valibot';
import { sha256Schema } from '#shared/bundle/capture-record';
import { canonicalJson, type Json } from '#shared/lib/canonical-json';
import { CodedError } from '#shared/lib/errors';
import { type Sha256, sha256Hex } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';

/** What an entry of the audit trail 审计记录 can say was done. */
const auditActions = [
  'sign-in',
  'sign-in-refused',
  'sign-out',
  'invitation-issue',
  'invitation-accept',
  'password-change',
  'totp-change',
  'passkey-add',
  'passkey-remove',
  'identity-link',
  'identity-unlink',
  'session-revoke',
  'token-issue',
  'token-revoke',
  'organisation-add',
  'organisation-list',
  'user-add',
  'user-change',
  'user-list',
  'pairing-code-issue',
  'challenge-file-issue',
  'bundle-import',
  'device-pair',
  'device-list',
  'device-revoke',
  'device-reinstate',
  'case-list',
  'case-add',
  'case-view',
  'case-change',
  'case-share',
  'case-unshare',
  'case-hold',
  'case-release',
  'retention-list',
  'deletion-request',
  'deletion-withdraw',
  'deletion-confirm',
  'package-list',
  'package-view',
  'package-assign',
  'second-look',
  'second-look-download',
  'package-download',
  'certificate-download',
  'bundle-download',
  'receipt-download',
  'custody-view',
  'audit-view',
  'audit-export',
] as const;
export type AuditAction = (typeof auditActions)[number];

const scalar = v.union([v.string(), v.number(), v.boolean(), v.null()]);

/** One entry: chained to the one before within its organisation, so that none can be taken out or altered alone. */
export const auditEntrySchema = v.strictObject({
  version: v.literal(1),
  organisation: v.string(),
  /** From 1, without gaps. */
  seq: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  at: v.pipe(v.string(), v.isoTimestamp()),
  actor: v.strictObject({
    kind: v.picklist(['nobody', 'system', 'device', 'user', 'token']),
    id: v.nullable(v.string()),
    name: v.nullable(v.string()),
    role: v.nullable(v.string()),
    organisation: v.nullable(v.string()),
  }),
  action: v.picklist(auditActions),
  /** `<kind>:<id>` */
  subject: v.nullable(v.string()),
  detail: v.record(v.string(), scalar),
  /** Hash of the entry before; 64 zeros for the first. */
  prev: sha256Schema,
  /** SHA-256 of the canonical JSON (RFC 8785) of the entry without this member. */
  hash: sha256Schema,
});
export type AuditEntry = v.InferOutput<typeof auditEntrySchema>;

/** `prev` of a first entry. */
export const NO_ENTRY = '0'.repeat(64) as Sha256;

/** The hash an entry must carry. */
export function auditHash(entry: Omit<AuditEntry, 'hash'>): Sha256 {
  return sha256Hex(toUtf8(canonicalJson(entry as Json)));
}

/** The audit trail does not hold together; `entry` is the line. */
class AuditTrailError extends CodedError<'LINE_MALFORMED' | 'HASH_WRONG' | 'CHAIN_BROKEN'> {}

/**
 * Verifies an exported trail, line by line from its first entry on.
 * @param text JSONL as `GET /audit/export` answers it.
 * @returns number of entries and hash of the last; a trail cut short at its end holds together, so compare both with
 * what was seen before.
 * @throws AuditTrailError
 */
export function verifyAuditTrail(text: string): { readonly entries: number; readonly head: Sha256 } {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw fault('LINE_MALFORMED', lines.length + 1, 'the last line is cut off');
  let head = NO_ENTRY;
  let organisation: string | undefined;
  lines.forEach((line, index) => {
    const entry = parseLine(line, index + 1);
    const { hash, ...rest } = entry;
    if (auditHash(rest) !== hash) throw fault('HASH_WRONG', index + 1, 'the entry was altered');
    organisation ??= entry.organisation;
    if (entry.prev !== head || entry.seq !== index + 1 || entry.organisation !== organisation)
      throw fault('CHAIN_BROKEN', index + 1, 'the entry does not follow the one before');
    head = hash;
  });
  return { entries: lines.length, head };
}

function parseLine(line: string, number: number): AuditEntry {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw fault('LINE_MALFORMED', number, 'not JSON', cause);
  }
  const result = v.safeParse(auditEntrySchema, value);
  if (!result.success || canonicalJson(value as Json) !== line)
    throw fault('LINE_MALFORMED', number, 'not an audit entry in canonical form');
  return result.output;
}

function fault(
  code: ConstructorParameters<typeof AuditTrailError>[0],
  line: number,
  message: string,
  cause?: unknown,
): AuditTrailError {
  return new AuditTrailError(code, `line ${line}: ${message}`, { entry: `line ${line}`, cause });
}
