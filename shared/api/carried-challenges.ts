import * as v from 'valibot';
import { carriedChallengeFileSchema } from '#shared/bundle/challenge';

/** How many challenges one file may hold. */
export const MAX_CARRIED_CHALLENGES = 500;

/** POST /challenges/carried (administrator): `device` binds them to one device, `null` to its organisation only. */
export const carriedChallengesRequest = v.strictObject({
  count: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_CARRIED_CHALLENGES)),
  device: v.nullable(v.pipe(v.string(), v.regex(/^[0-9a-f]{8}$/))),
});

/**
 * The signed file of one-use challenges, and the answer that brings it. `signature` (base64; ECDSA as raw r‖s; the
 * algorithm follows from the key) is by the first of `certificate` over the RFC 8785 form of `statement`.
 */
export const carriedChallengesFileSchema = v.strictObject({
  statement: v.strictObject({
    version: v.literal(1),
    type: v.literal('tiezheng-challenges'),
    organisation: v.pipe(v.string(), v.maxLength(200)),
    issuedAt: v.pipe(v.string(), v.isoTimestamp()),
    challenges: v.pipe(
      v.array(carriedChallengeFileSchema),
      v.minLength(1),
      v.maxLength(MAX_CARRIED_CHALLENGES),
    ),
  }),
  signature: v.pipe(v.string(), v.maxLength(2000)),
  /** PEM of the signing certificate, then of those between it and the root, if any. */
  certificate: v.pipe(v.string(), v.maxLength(40_000)),
});
export type CarriedChallengesFile = v.InferOutput<typeof carriedChallengesFileSchema>;
