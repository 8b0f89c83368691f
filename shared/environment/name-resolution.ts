import * as v from 'valibot';
import { address, deviceId, digest, text } from './field-schemas.ts';
import { signedStatement } from './signed-statement.ts';

export const MAX_HOSTS = 20;

/** A DNS name in ASCII, RFC 1123 §2.1, lower case, no IP literal. */
export const hostName = v.pipe(
  v.string(),
  v.maxLength(253),
  v.regex(
    /^(?=.*[a-z])(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/,
  ),
);

/** POST /name-resolutions */
export const nameResolutionRequest = v.strictObject({
  nonce: digest,
  hosts: v.pipe(v.array(hostName), v.minLength(1), v.maxLength(MAX_HOSTS)),
});

/** What the service's own resolvers answered. */
export const nameResolutionSchema = signedStatement(
  v.strictObject({
    type: v.literal('evidence-name-resolution/v1'),
    device: deviceId,
    nonce: digest,
    at: v.pipe(v.string(), v.isoTimestamp()),
    answers: v.pipe(
      v.array(
        v.strictObject({
          host: hostName,
          /** Address of the resolver, or `system`. */
          resolver: text(64),
          addresses: v.pipe(v.array(address), v.maxLength(100)),
          /** Why there is no address, e.g. `ENOTFOUND`. */
          error: v.nullable(text(40)),
        }),
      ),
      v.maxLength(200),
    ),
  }),
);
export type NameResolution = v.InferOutput<typeof nameResolutionSchema>;
