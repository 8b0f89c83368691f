import * as v from 'valibot';
import { sha256Schema } from './capture-record.ts';

/**
 * `evidence/challenge.json`. `challenge` is issued and logged by the service before the capture begins;
 * `token` is a base64 RFC 3161 response over the RFC 8785 form of `challenge`: its genTime is t0.
 * `proof` is the C2SP tlog-proof of its leaf.
 */
export const challengeFileSchema = v.strictObject({
  challenge: v.strictObject({
    version: v.literal(1),
    nonce: sha256Schema,
    device: v.pipe(v.string(), v.regex(/^[0-9a-f]{8}$/)),
    /** The reserved capture number. */
    sequence: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
    /** `hash` of the device's newest journal entry when it asked. */
    journalHead: sha256Schema,
    journalSeq: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
    issuedAt: v.pipe(v.string(), v.isoTimestamp()),
    /** The log's signed checkpoint at that moment, C2SP text. */
    checkpoint: v.pipe(v.string(), v.maxLength(10_000)),
  }),
  token: v.pipe(v.string(), v.maxLength(40_000)),
  proof: v.pipe(v.string(), v.maxLength(20_000)),
});
export type ChallengeFile = v.InferOutput<typeof challengeFileSchema>;
