import * as v from 'valibot';
import { sha256Schema } from '#shared/bundle/capture-record';

/** Deletion after the retention period, under `/api/v1`: asked for by one person, confirmed by another. */

const instant = v.pipe(v.string(), v.isoTimestamp());
const person = v.strictObject({ id: v.string(), name: v.string(), displayName: v.string() });

/** POST /packages/:id/deletion/confirmation: the digest of what is to go, read from the list. */
export const deletionConfirmation = v.strictObject({ sha256: sha256Schema });

const deletionRequest = v.strictObject({ reason: v.string(), by: person, at: instant });
/** POST /packages/:id/deletion → */
export const deletionAnswer = v.strictObject({
  package: v.string(),
  /** SHA-256 of the sealed package, of the bundle where it was refused. */
  sha256: sha256Schema,
  request: deletionRequest,
});

/** GET /retention → packages whose period is over, at most 500, longest first. */
export const retentionAnswer = v.strictObject({
  due: v.array(
    v.strictObject({
      package: v.string(),
      sha256: sha256Schema,
      case: v.strictObject({ id: v.string(), number: v.string() }),
      retainUntil: v.string(),
      request: v.nullable(deletionRequest),
    }),
  ),
});

/**
 * A tombstone 删除记录, what is left of a deleted package: signed as a receipt is, over the RFC 8785 form of `tombstone`,
 * whose SHA-256 the log leaf `evidence-deletion/v1` holds. The seal leaf stays in the log.
 */
export const tombstoneFile = v.strictObject({
  tombstone: v.strictObject({
    version: v.literal(1),
    package: v.string(),
    capture: v.nullable(v.string()),
    bundle: v.strictObject({ sha256: sha256Schema, bytes: v.number() }),
    sealed: v.nullable(v.strictObject({ sha256: sha256Schema, bytes: v.number() })),
    case: v.strictObject({ id: v.string(), number: v.string(), retainUntil: v.string() }),
    reason: v.string(),
    requested: v.strictObject({ by: person, at: instant }),
    confirmed: v.strictObject({ by: person, at: instant }),
  }),
  signature: v.string(),
  certificate: v.string(),
  proof: v.string(),
});
export type TombstoneFile = v.InferOutput<typeof tombstoneFile>;
export type Person = v.InferOutput<typeof person>;
