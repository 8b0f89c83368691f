import * as v from 'valibot';
import { captureIdSchema, sha256Schema } from '#shared/bundle/capture-record';
import { auditEntrySchema } from './audit-entry.ts';
import { caseRequest, pageQuery } from './schemas.ts';

/** Cases, what is assigned to them, and the audit trail, under `/api/v1`. */

const instant = v.pipe(v.string(), v.isoTimestamp());
const text = (max: number) => v.pipe(v.string(), v.trim(), v.maxLength(max));
const required = (max: number) => v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(max));

const caseFields = {
  /** 案由 */
  cause: text(300),
  /** 线索来源 */
  source: text(300),
  legalBasis: text(1000),
  /** One primary category of a scheme. */
  category: v.nullable(v.strictObject({ scheme: required(100), code: required(100) })),
  /** Officers, two in enforcement mode. */
  operators: v.pipe(
    v.array(v.strictObject({ name: required(100), certificate: v.nullable(required(100)) })),
    v.maxLength(10),
  ),
  /** Last day of the retention period. */
  retainUntil: v.nullable(v.pipe(v.string(), v.isoDate())),
};

/** POST /cases: number and title, and whatever else is known. → `caseAnswer` */
export const newCaseRequest = v.strictObject({
  ...caseRequest.entries,
  ...v.partial(v.strictObject(caseFields)).entries,
});

/** PATCH /cases/:id: the version that was read, and what changes. */
export const caseChange = v.strictObject({
  version: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  ...v.partial(v.strictObject({ ...caseRequest.entries, ...caseFields })).entries,
});

/** GET /cases/:id, PATCH /cases/:id → */
export const caseDetailAnswer = v.strictObject({
  id: v.string(),
  organisation: v.string(),
  number: v.string(),
  title: v.string(),
  cause: v.string(),
  source: v.string(),
  legalBasis: v.string(),
  category: caseFields.category,
  operators: caseFields.operators,
  retainUntil: v.nullable(v.string()),
  /** Why nothing of the case may be deleted 保全; `null` when it is not held. */
  hold: v.nullable(v.string()),
  version: v.number(),
  createdAt: instant,
  /** Notary offices that see the case; PUT and DELETE /cases/:id/offices/:office. */
  offices: v.array(v.string()),
});
export type CaseDetailAnswer = v.InferOutput<typeof caseDetailAnswer>;

/** GET /cases?number=: cases whose number begins so, by number; without it the newest first. */
export const casesQuery = v.strictObject({ ...pageQuery.entries, number: v.optional(required(100)) });

/** GET /packages: newest first; all that are given must hold. */
export const packagesQuery = v.strictObject({
  ...pageQuery.entries,
  /** Id of a case; `none` for what is in no case 待归案. */
  case: v.optional(required(64)),
  /** 案件编号, whole. */
  number: v.optional(required(100)),
  /** Whole, without its query, or a beginning that ends at a slash. */
  url: v.optional(required(20_000)),
  /** Shop or site: a host name, or a domain above it. */
  host: v.optional(v.pipe(required(253), v.toLowerCase())),
  /** SHA-256 of the bundle or of the sealed package. */
  hash: v.optional(sha256Schema),
  capture: v.optional(captureIdSchema),
  /** Received from, until (exclusive). */
  from: v.optional(instant),
  until: v.optional(instant),
});

/** POST /packages/:id/case: a signed correction record, after the seal. */
export const assignmentRequest = v.strictObject({ case: v.nullable(required(64)), reason: required(500) });

const caseName = v.nullable(v.strictObject({ id: v.string(), number: v.string() }));

/**
 * A correction record 更正记录, answer of POST /packages/:id/case: signed as a receipt is, over the RFC 8785 form of
 * `correction`, whose SHA-256 the log leaf `evidence-correction/v1` holds. The seal it speaks of stays untouched.
 */
export const correctionFile = v.strictObject({
  correction: v.strictObject({
    version: v.literal(1),
    package: v.string(),
    /** SHA-256 of the sealed package. */
    sealed: sha256Schema,
    from: caseName,
    to: caseName,
    reason: v.string(),
    by: v.strictObject({ id: v.string(), name: v.string(), displayName: v.string() }),
    at: instant,
  }),
  signature: v.string(),
  /** PEM of the signing certificate. */
  certificate: v.string(),
  proof: v.string(),
});
export type CorrectionFile = v.InferOutput<typeof correctionFile>;

/** GET /packages/:id/corrections → oldest first. */
export const correctionsAnswer = v.strictObject({ corrections: v.array(correctionFile) });

/** `?purpose=` of downloads: why, for the custody log. */
export const downloadQuery = v.strictObject({ purpose: v.optional(required(500)) });

/** `?after=`: number of the last entry read. */
const entriesPage = v.optional(v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number)));
export const entriesQuery = v.strictObject({ after: entriesPage, limit: pageQuery.entries.limit });
export const auditQuery = v.strictObject({ before: entriesPage, limit: pageQuery.entries.limit });

/** GET /packages/:id/custody: the custody log 保管链 of one package, oldest first. */
export const custodyAnswer = v.strictObject({
  package: v.string(),
  device: v.string(),
  receivedAt: instant,
  sealedAt: v.nullable(instant),
  sealedSha256: v.nullable(sha256Schema),
  entries: v.array(auditEntrySchema),
  /** `after` of the next page. */
  next: v.nullable(v.number()),
});

/** GET /audit → newest first; `next` is the `before` of the next page. GET /audit/export → all as JSONL. */
export const auditAnswer = v.strictObject({
  entries: v.array(auditEntrySchema),
  next: v.nullable(v.number()),
});
