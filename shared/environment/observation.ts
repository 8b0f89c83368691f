import * as v from 'valibot';
import { address, deviceId, digest, duration, millis, text } from './field-schemas.ts';
import { signedStatement } from './signed-statement.ts';

/** POST /observations: what the device wants to be told. `nonce` is fresh randomness for each. */
export const observationRequest = v.strictObject({
  nonce: digest,
  /** Digest of the extension's own files, to be looked up among the known builds. */
  build: v.optional(digest),
});

/** What the service saw itself when a device asked: its own clock, the address asked from, whether it knows the build. */
export const observationSchema = signedStatement(
  v.strictObject({
    type: v.literal('evidence-observation/v1'),
    device: deviceId,
    nonce: digest,
    /** Service clock, UTC. */
    at: v.pipe(v.string(), v.isoTimestamp()),
    /** The device's address as the service saw it, or that of a proxy it does not know. */
    address,
    /** `null`: not asked. `name` is `null` for a build the service does not know. */
    build: v.nullable(v.strictObject({ sha256: digest, name: v.nullable(text(100)) })),
    /** Whether the service resolves names for devices. */
    resolvesNames: v.boolean(),
  }),
);
export type Observation = v.InferOutput<typeof observationSchema>;

/** One exchange about the time: the service's `at` lies between `asked` and `asked + roundTrip`. */
export const sampleSchema = v.strictObject({
  /** Device clock when asking, UTC ms. */
  asked: millis,
  /** By the device's monotonic clock, ms. */
  roundTrip: duration,
  observation: observationSchema,
});
export type Sample = v.InferOutput<typeof sampleSchema>;
