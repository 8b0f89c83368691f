import * as v from 'valibot';
import { captureIdSchema, sha256Schema } from '#shared/bundle/capture-record';
import { reservedChallengeFileSchema } from '#shared/bundle/challenge';

/**
 * Requests and answers of the HTTP interface under `/api/v1`. Both ends parse with these. Requests are strict; answers
 * let members pass that they do not know, so that an older extension goes on with a newer service.
 */

const base64 = (max: number) => v.pipe(v.string(), v.maxLength(max), v.regex(/^[A-Za-z0-9+/]*={0,2}$/));
const deviceId = v.pipe(v.string(), v.regex(/^[0-9a-f]{8}$/));
const instant = v.pipe(v.string(), v.isoTimestamp());
/** X.509 certificate for a device's key, DER; services before it was issued, and to revoked devices, send none. */
const deviceCertificate = v.optional(base64(4000));

/** POST /pairing-codes (administrator) → */
export const pairingCodeAnswer = v.object({ code: v.string(), expiresAt: instant });

/** POST /pairing: `signature` is the device key over the UTF-8 text `tiezheng-pairing/v1\n<code>\n`. */
export const pairingRequest = v.strictObject({
  code: v.pipe(v.string(), v.regex(/^[A-Z2-9]{8}$/)),
  publicKey: base64(400),
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
  signature: base64(200),
});
export const pairingAnswer = v.object({
  device: deviceId,
  service: v.pipe(v.string(), v.maxLength(200)),
  /** Trust file of the operating organisation: PEM certificates and vkey lines. */
  trust: v.pipe(v.string(), v.maxLength(100_000)),
  certificate: deviceCertificate,
});

/** POST /sessions/nonce → */
export const sessionNonceRequest = v.strictObject({ device: deviceId });
export const sessionNonceAnswer = v.object({ nonce: sha256Schema });
/** POST /sessions: `signature` is the device key over `tiezheng-session/v1\n<device>\n<nonce>\n`. */
export const sessionRequest = v.strictObject({
  device: deviceId,
  nonce: sha256Schema,
  signature: base64(200),
});
export const sessionAnswer = v.object({
  token: v.string(),
  expiresAt: instant,
  certificate: deviceCertificate,
});

/** GET, POST /cases */
export const caseRequest = v.strictObject({
  number: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(100)),
  title: v.pipe(v.string(), v.trim(), v.maxLength(300)),
});
export const caseAnswer = v.object({
  id: v.string(),
  number: v.string(),
  title: v.string(),
  createdAt: instant,
});
export const casesAnswer = v.object({ cases: v.array(caseAnswer), next: v.nullable(v.string()) });
export type CaseAnswer = v.InferOutput<typeof caseAnswer>;

/** POST /challenges; `case` is the id of the case the capture will name. */
export const challengeRequest = v.strictObject({
  sequence: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  journalHead: sha256Schema,
  journalSeq: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  case: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(64))),
});
export const challengeAnswer = reservedChallengeFileSchema;

/** How a number can end without a package. */
const closingOutcomes = ['discarded', 'aborted', 'failed'] as const;
/** POST /closings: a number that ended without a package, and the journal entry that says so. */
export const closingRequest = v.strictObject({
  sequence: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  outcome: v.picklist(closingOutcomes),
  journalHead: sha256Schema,
  journalSeq: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
});
export const closingAnswer = v.object({
  /** C2SP tlog-proof text of the closing leaf. */
  proof: v.pipe(v.string(), v.maxLength(20_000)),
});

/** POST /anchors: `digest` = SHA-256 of `evidence/journal.jsonl`. Only this digest leaves the device. */
export const anchorRequest = v.strictObject({ digest: sha256Schema });
export const anchorAnswer = v.object({
  /** RFC 3161 TimeStampResp, base64: stored as `evidence/journal.jsonl.tsr`. */
  token: base64(40_000),
  /** C2SP tlog-proof text of the anchor leaf. */
  proof: v.pipe(v.string(), v.maxLength(20_000)),
});

/** Where a package stands. */
const packageStates = [
  'receiving',
  'verifying',
  'refused',
  'sealing',
  'waiting',
  'sealed',
  'deleted',
] as const;
export type PackageState = (typeof packageStates)[number];

/** GET /packages/:id → */
export const packageAnswer = v.object({
  id: v.string(),
  capture: v.nullable(v.string()),
  state: v.picklist(packageStates),
  /** Names of finished seal steps, and of all of them, in order. */
  done: v.array(v.string()),
  steps: v.array(v.string()),
  refusal: v.nullable(v.object({ code: v.string(), entry: v.nullable(v.string()), message: v.string() })),
  /** In the state `waiting`: what for. It goes on by itself. */
  waiting: v.nullable(v.object({ code: v.string(), entry: v.nullable(v.string()), message: v.string() })),
  sealedAt: v.nullable(instant),
  bytes: v.nullable(v.number()),
  /** SHA-256 of the finished `.asice`. */
  sha256: v.nullable(sha256Schema),
});
export type PackageAnswer = v.InferOutput<typeof packageAnswer>;

/** GET /packages?after=&limit= → newest first; `next` is the `after` of the following page. */
export const packagesAnswer = v.object({
  packages: v.array(packageAnswer),
  next: v.nullable(v.string()),
});

/** Metadata of an upload, tus `Upload-Metadata`: both base64 of ASCII there. */
export const uploadMetadata = v.strictObject({
  capture: captureIdSchema,
  /** SHA-256 of the whole WACZ; decides the package id. */
  sha256: sha256Schema,
});

/** POST /imports?capture=&sha256= (operator), the WACZ as body → the package it becomes, or is. */
export const importAnswer = v.object({ package: v.string() });

/** Paging of lists: `after` is an earlier answer's `next`. */
export const pageQuery = v.strictObject({
  after: v.optional(v.pipe(v.string(), v.regex(/^[0-9]{1,15}_[A-Za-z0-9-]{1,64}$/))),
  limit: v.optional(
    v.pipe(v.string(), v.regex(/^[0-9]{1,3}$/), v.transform(Number), v.minValue(1), v.maxValue(200)),
  ),
});

/** Every error answer: `{error: {code, message, entry?}}`. */
export const errorAnswer = v.object({
  error: v.object({ code: v.string(), message: v.string(), entry: v.optional(v.string()) }),
});

/** GET /time → the service's clock, for the offset check. */
export const timeAnswer = v.object({ now: instant });
/** GET /health */
export const healthAnswer = v.object({ status: v.literal('ok'), version: v.string() });
