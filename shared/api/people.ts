import * as v from 'valibot';

/** Organisations, users and their credentials, under `/api/v1`. */

export const roles = [
  'investigator',
  'second-officer',
  'case-handler',
  'notary',
  'auditor',
  'administrator',
] as const;
export type Role = (typeof roles)[number];

const organisationKinds = ['authority', 'notary-office'] as const;
export type OrganisationKind = (typeof organisationKinds)[number];

/** What an API token may be used for; never more than its user's role. */
export const scopes = [
  'cases:read',
  'cases:write',
  'packages:read',
  'packages:download',
  'devices:manage',
  'audit:read',
] as const;
export type Scope = (typeof scopes)[number];

const instant = v.pipe(v.string(), v.isoTimestamp());
const label = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(100));
const userName = v.pipe(
  v.string(),
  v.trim(),
  v.toLowerCase(),
  v.regex(/^[\p{L}\p{N}][\p{L}\p{N}._@-]{1,63}$/u, 'not a user name'),
);
/** Length is what makes a password strong (NIST SP 800-63B §5.1.1); the upper bound keeps hashing short. */
const newPassword = v.pipe(v.string(), v.minLength(12, 'at least 12 characters'), v.maxLength(200));
const password = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
const totpCode = v.pipe(v.string(), v.regex(/^\d{6}$/, 'six digits'));
const secretToken = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'not a token'));

/** POST /sign-in → `meAnswer`, with the session as an HttpOnly cookie. */
export const signInRequest = v.strictObject({
  name: userName,
  password,
  totp: v.optional(totpCode),
});

/** POST /invitations/accept: sets the password of the invited user. → 204 */
export const acceptRequest = v.strictObject({ token: secretToken, password: newPassword });

/** GET /sign-in → the ways there are. */
export const signInWaysAnswer = v.strictObject({
  organisation: v.string(),
  /** Why passkeys cannot be used at this address: `null` when they can. */
  passkeys: v.nullable(v.strictObject({ code: v.string(), message: v.string() })),
  /** The identity provider, as people know it. */
  oidc: v.nullable(v.strictObject({ name: v.string() })),
});
/** POST /oidc/begin: to sign in, or to accept an invitation, at the identity provider. */
export const oidcBeginRequest = v.strictObject({ invitation: v.optional(secretToken) });
export const oidcBeginAnswer = v.strictObject({ url: v.string() });
/** POST /oidc/finish: the query of the URL the browser came back to. → `meAnswer` */
export const oidcFinishRequest = v.strictObject({
  parameters: v.pipe(v.string(), v.minLength(1), v.maxLength(8000)),
});
/** PUT /users/:id/identity: what the identity provider calls the user. → 204 */
export const identityRequest = v.strictObject({
  subject: v.pipe(v.string(), v.minLength(1), v.maxLength(255)),
});

/** GET /me → ; `csrf` is sent back as the header `x-csrf-token` with everything but GET and HEAD. */
export const meAnswer = v.strictObject({
  id: v.string(),
  name: v.string(),
  displayName: v.string(),
  role: v.picklist(roles),
  organisation: v.strictObject({ id: v.string(), name: v.string(), kind: v.picklist(organisationKinds) }),
  totp: v.boolean(),
  /** Whether a password, and an identity at the identity provider, is set. */
  password: v.boolean(),
  oidc: v.boolean(),
  /** `null` for API tokens, which need none. */
  csrf: v.nullable(v.string()),
});
export type MeAnswer = v.InferOutput<typeof meAnswer>;

/** POST /me/password: ends all other sessions and every API token. → 204 */
export const passwordRequest = v.strictObject({ current: password, next: newPassword });

/** POST /me/totp → a new secret, in force after PUT /me/totp with a code of it. DELETE /me/totp takes one too. */
export const totpRequest = v.strictObject({ password: v.optional(password) });
export const totpAnswer = v.strictObject({ secret: v.string(), uri: v.string() });
export const totpConfirmation = v.strictObject({ code: totpCode });

/** GET /me/sessions → */
export const userSessionsAnswer = v.strictObject({
  sessions: v.array(
    v.strictObject({
      id: v.string(),
      agent: v.string(),
      createdAt: instant,
      seenAt: instant,
      expiresAt: instant,
      current: v.boolean(),
    }),
  ),
});

/** POST /me/tokens → the token, once; GET /me/tokens → all without it. */
export const apiTokenRequest = v.strictObject({
  name: label,
  scopes: v.pipe(v.array(v.picklist(scopes)), v.minLength(1), v.maxLength(scopes.length)),
  days: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(366)),
});
const apiTokenAnswer = v.strictObject({
  id: v.string(),
  name: v.string(),
  scopes: v.array(v.picklist(scopes)),
  createdAt: instant,
  expiresAt: instant,
  revokedAt: v.nullable(instant),
});
export const newApiTokenAnswer = v.strictObject({ ...apiTokenAnswer.entries, token: v.string() });
export const apiTokensAnswer = v.strictObject({ tokens: v.array(apiTokenAnswer) });
export type ApiTokenAnswer = v.InferOutput<typeof apiTokenAnswer>;

/** GET, POST /organisations; a new one comes with the invitation of its first administrator. */
export const organisationRequest = v.strictObject({
  name: label,
  kind: v.picklist(organisationKinds),
  administrator: v.strictObject({ name: userName, displayName: label }),
});
const organisationAnswer = v.strictObject({
  id: v.string(),
  name: v.string(),
  kind: v.picklist(organisationKinds),
});
export const organisationsAnswer = v.strictObject({ organisations: v.array(organisationAnswer) });

/** GET, POST /users of one's own organisation; PATCH /users/:id */
export const userRequest = v.strictObject({
  name: userName,
  displayName: label,
  certificate: v.optional(v.nullable(label), null),
  role: v.picklist(roles),
});
export const userChange = v.partial(
  v.strictObject({
    displayName: label,
    certificate: v.nullable(label),
    role: v.picklist(roles),
    disabled: v.boolean(),
  }),
);
const userAnswer = v.strictObject({
  id: v.string(),
  name: v.string(),
  displayName: v.string(),
  certificate: v.nullable(v.string()),
  role: v.picklist(roles),
  totp: v.boolean(),
  createdAt: instant,
  disabledAt: v.nullable(instant),
});
export type UserAnswer = v.InferOutput<typeof userAnswer>;
export const usersAnswer = v.strictObject({ users: v.array(userAnswer), next: v.nullable(v.string()) });

/** A one-time token, 24 h; shown once. POST /users, POST /users/:id/invitation, POST /organisations → */
export const invitationAnswer = v.strictObject({
  user: userAnswer,
  invitation: secretToken,
  expiresAt: instant,
});

/** GET /devices → ; POST /devices/:id/revoke and /reinstate with a reason. */
export const deviceAnswer = v.strictObject({
  id: v.string(),
  name: v.string(),
  user: v.nullable(v.string()),
  pairedAt: instant,
  revokedAt: v.nullable(instant),
  suspendedAt: v.nullable(instant),
  suspension: v.nullable(v.string()),
  /** End of the certificate for its key; `null` while it has none. */
  certifiedUntil: v.nullable(instant),
});
export type DeviceAnswer = v.InferOutput<typeof deviceAnswer>;
export const devicesAnswer = v.strictObject({ devices: v.array(deviceAnswer), next: v.nullable(v.string()) });
export const reasonRequest = v.strictObject({
  reason: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(500)),
});
