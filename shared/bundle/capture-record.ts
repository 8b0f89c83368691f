import * as v from 'valibot';
import { type ArtefactKind, artefactKinds } from '#shared/artefact/index';
import { notCapturedReasons, notCapturedWhats } from '#shared/artefact/not-captured';
import { LAST_INSTANT } from '#shared/lib/last-instant';
import { isSha256, type Sha256 } from '#shared/lib/sha256';

/** Schema of a SHA-256 as lower-case hexadecimal. */
export const sha256Schema = v.custom<Sha256>(isSha256, 'not a SHA-256');
const millis = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(LAST_INSTANT));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const text = (max: number) => v.pipe(v.string(), v.maxLength(max));

/** Longer URLs are cut in the record; WARC and journal have them whole. */
export const MAX_URL_LENGTH = 20_000;

/** `CAP-<8 hex of the device key digest>-<sequence number>`. */
export const captureIdSchema = v.pipe(v.string(), v.regex(/^CAP-[0-9a-f]{8}-[1-9][0-9]{0,15}$/));

/**
 * The place of a capture of kind `step` in a sequence of linked captures, e.g. a test purchase. Stands in
 * `evidence/capture.json` and, the same, in the journal entry `capture-started`: fixed before the step is taken.
 */
const sequenceStepSchema = v.strictObject({
  /** `SEQ-<8 hex of the device key digest>-<8 hex>`. */
  id: v.pipe(v.string(), v.regex(/^SEQ-[0-9a-f]{8}-[0-9a-f]{8}$/)),
  title: text(200),
  /** From 1. */
  index: v.pipe(count, v.minValue(1)),
  label: text(200),
  /** `null` for the first step. */
  previous: v.nullable(
    v.strictObject({
      capture: captureIdSchema,
      /** SHA-256 of its `evidence/capture.json`; `null` when that capture failed and has none. */
      record: v.nullable(sha256Schema),
      /** The person took the label of that step back after it was closed. */
      labelWithdrawn: v.optional(v.literal(true)),
    }),
  ),
  /** The person declared that no step follows. */
  last: v.optional(v.literal(true)),
});
export type SequenceStep = v.InferOutput<typeof sequenceStepSchema>;

const captureKinds = ['page', 'region', 'recording', 'file', 'step', 'imported', 'monitoring'] as const;
const captureModes = ['reload', 'as-is'] as const;

const artefactSchema = v.strictObject({
  kind: v.picklist(artefactKinds as readonly [ArtefactKind, ...ArtefactKind[]]),
  path: v.pipe(v.string(), v.regex(/^(?:archive|indexes|evidence)\/[a-z0-9][a-z0-9.-]{0,79}$/)),
  mediaType: text(100),
  bytes: count,
  sha256: sha256Schema,
  createdAt: millis,
  createdAtMono: v.number(),
  createdBy: text(100),
  about: v.optional(v.record(text(60), v.union([text(20_000), v.number(), v.boolean()]))),
});

const notCapturedSchema = v.strictObject({
  what: v.picklist(notCapturedWhats),
  reason: v.picklist(notCapturedReasons),
  url: v.optional(text(20_000)),
  detail: v.optional(text(2000)),
});

/** `evidence/capture.json` (design §10). Written last before the anchor, so it lists every artefact but itself. */
export const captureRecordSchema = v.strictObject({
  version: v.literal(1),
  id: captureIdSchema,
  device: v.strictObject({
    id: v.pipe(v.string(), v.regex(/^[0-9a-f]{8}$/)),
    publicKey: text(400),
    name: text(100),
  }),
  /** `null`: 待归案. */
  case: v.nullable(v.strictObject({ id: text(64), number: text(100), title: text(300) })),
  kind: v.picklist(captureKinds),
  mode: v.picklist(captureModes),
  url: v.strictObject({ requested: text(MAX_URL_LENGTH), final: text(MAX_URL_LENGTH) }),
  title: text(2000),
  startedAt: millis,
  closedAt: millis,
  engine: v.strictObject({
    id: text(60),
    version: text(200),
    provides: v.record(text(60), v.picklist(['yes', 'partial', 'no'])),
  }),
  /** Nonce of the challenge, `null` when none could be had: then numbering and start are self-asserted. */
  challenge: v.nullable(sha256Schema),
  inspection: v.nullable(text(64)),
  environment: v.strictObject({
    userAgent: text(1000),
    language: text(60),
    timeZone: text(100),
    viewport: v.strictObject({ width: count, height: count, scale: v.number() }),
    extensionVersion: text(40),
  }),
  /** Device-reported signs that the page may have been touched before the capture. */
  tamperSignals: v.array(v.strictObject({ signal: text(60), detail: text(2000) })),
  /** When the device's wall clock was moved while the capture ran; absent: it was not, or the version did not watch. */
  clockChanges: v.optional(
    v.array(v.strictObject({ at: millis, byMs: v.pipe(v.number(), v.safeInteger()) })),
  ),
  artefacts: v.array(artefactSchema),
  notCaptured: v.array(notCapturedSchema),
  redactions: v.array(
    v.strictObject({
      exchange: text(20_000),
      field: text(200),
      length: count,
      digest: sha256Schema,
      salt: text(64),
    }),
  ),
  makers: v.array(
    v.strictObject({ name: text(100), certificate: v.optional(text(100)), role: v.optional(text(60)) }),
  ),
  method: text(1000),
  purpose: text(2000),
  /** Only of kind `step`. */
  sequence: v.optional(sequenceStepSchema),
});
export type CaptureRecord = v.InferOutput<typeof captureRecordSchema>;
