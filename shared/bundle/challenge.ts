import * as v from 'valibot';
import { sha256Schema } from './capture-record.ts';

const deviceId = v.pipe(v.string(), v.regex(/^[0-9a-f]{8}$/));
const instant = v.pipe(v.string(), v.isoTimestamp());
/** The log's signed checkpoint at that moment, C2SP text. */
const checkpoint = v.pipe(v.string(), v.maxLength(10_000));
const token = v.pipe(v.string(), v.maxLength(40_000));
const proof = v.pipe(v.string(), v.maxLength(20_000));

/** Asked for by a device over a number it reserved. */
const reservedChallenge = v.strictObject({
  version: v.literal(1),
  nonce: sha256Schema,
  device: deviceId,
  /** The reserved capture number. */
  sequence: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  /** `hash` of the device's newest journal entry when it asked. */
  journalHead: sha256Schema,
  journalSeq: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  issuedAt: instant,
  checkpoint,
});

/** Of a signed file carried to a device that cannot reach the service; knows no number. */
const carriedChallenge = v.strictObject({
  version: v.literal(2),
  nonce: sha256Schema,
  /** Whose it is; `null`: any device of the organisation. */
  device: v.nullable(deviceId),
  issuedAt: instant,
  checkpoint,
});

/** What the service answers a device that reserves a number. */
export const reservedChallengeFileSchema = v.strictObject({ challenge: reservedChallenge, token, proof });
export type ReservedChallengeFile = v.InferOutput<typeof reservedChallengeFileSchema>;

/** One of the challenges in a carried-in file. */
export const carriedChallengeFileSchema = v.strictObject({ challenge: carriedChallenge, token, proof });
export type CarriedChallengeFile = v.InferOutput<typeof carriedChallengeFileSchema>;

/**
 * `evidence/challenge.json`. `challenge` is issued and logged by the service before the capture begins;
 * `token` is a base64 RFC 3161 response over the RFC 8785 form of `challenge`: its genTime is t0.
 * `proof` is the C2SP tlog-proof of its leaf.
 */
export const challengeFileSchema = v.strictObject({
  challenge: v.variant('version', [reservedChallenge, carriedChallenge]),
  token,
  proof,
});
export type ChallengeFile = v.InferOutput<typeof challengeFileSchema>;
