import * as v from 'valibot';

/** Passkeys under `/api/v1`: WebAuthn Level 3 ceremonies in their JSON forms (§5.1.8, §5.1.10). */

const base64url = (max: number) =>
  v.pipe(v.string(), v.minLength(1), v.maxLength(max), v.regex(/^[A-Za-z0-9_-]+$/, 'not base64url'));
const instant = v.pipe(v.string(), v.isoTimestamp());
/** Members of later levels come and go with browsers: what is not named here is not read. */
const extensions = v.record(v.string(), v.unknown());
const attachment = v.optional(v.nullable(v.picklist(['platform', 'cross-platform'])));
const transports = v.pipe(v.array(v.pipe(v.string(), v.maxLength(30))), v.maxLength(10));

/** A session left open is not enough: the password, or, for who has none, a session that was just begun. */
export const passkeyOptionsRequest = v.strictObject({
  password: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(200))),
});
/** What `navigator.credentials` takes, as its `parse…OptionsFromJSON` reads it. */
export const passkeyOptionsAnswer = v.looseObject({ challenge: base64url(200) });

/** POST /me/passkeys */
export const passkeyRequest = v.strictObject({
  name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(100)),
  response: v.strictObject({
    id: base64url(1400),
    rawId: base64url(1400),
    type: v.literal('public-key'),
    authenticatorAttachment: attachment,
    clientExtensionResults: extensions,
    response: v.object({
      clientDataJSON: base64url(4000),
      attestationObject: base64url(40_000),
      transports: v.optional(transports),
    }),
  }),
});
export type PasskeyRegistration = v.InferOutput<typeof passkeyRequest>['response'];

/** POST /sign-in/passkey → `meAnswer`, as POST /sign-in */
export const passkeySignInRequest = v.strictObject({
  response: v.strictObject({
    id: base64url(1400),
    rawId: base64url(1400),
    type: v.literal('public-key'),
    authenticatorAttachment: attachment,
    clientExtensionResults: extensions,
    response: v.object({
      clientDataJSON: base64url(4000),
      authenticatorData: base64url(8000),
      signature: base64url(4000),
      userHandle: v.optional(v.nullable(base64url(200))),
    }),
  }),
});
export type PasskeyAssertion = v.InferOutput<typeof passkeySignInRequest>['response'];

export const passkeyAnswer = v.strictObject({
  id: v.string(),
  name: v.string(),
  createdAt: instant,
  usedAt: v.nullable(instant),
});
/** GET /me/passkeys → */
export const passkeysAnswer = v.strictObject({ passkeys: v.array(passkeyAnswer) });
