import type { OrganisationKind, Role } from '#shared/api/people';

/** Tables of people, their credentials and what they did. */
export interface PeopleTables {
  organisations: OrganisationRow;
  users: UserRow;
  invitations: InvitationRow;
  userSessions: UserSessionRow;
  apiTokens: ApiTokenRow;
  signInFailures: SignInFailureRow;
  auditEntries: AuditEntryRow;
}

export interface OrganisationRow {
  id: string;
  name: string;
  kind: OrganisationKind;
  createdAt: number;
}

export interface UserRow {
  id: string;
  organisation: string;
  /** What is typed to sign in; lower case, unique in the whole service. */
  name: string;
  displayName: string;
  /** Number of the law enforcement certificate 执法证号. */
  certificate: string | null;
  role: Role;
  /** argon2id in its encoded form; `null` until the invitation is accepted. */
  passwordHash: string | null;
  /** Base32; `totpPending` until a first code has confirmed it. */
  totpSecret: string | null;
  totpPending: string | null;
  /** Number of the last 30 s step a code was accepted for: no code works twice. */
  totpStep: number;
  createdAt: number;
  disabledAt: number | null;
}

interface InvitationRow {
  /** SHA-256 of the token. */
  tokenHash: string;
  user: string;
  expiresAt: number;
}

export interface UserSessionRow {
  id: string;
  /** SHA-256 of the cookie's token. */
  tokenHash: string;
  user: string;
  /** The browser as it named itself, for the list of sessions. */
  agent: string;
  createdAt: number;
  seenAt: number;
  expiresAt: number;
}

export interface ApiTokenRow {
  id: string;
  /** SHA-256 of the token. */
  tokenHash: string;
  user: string;
  name: string;
  /** JSON array of scopes. */
  scopes: string;
  createdAt: number;
  expiresAt: number;
  revokedAt: number | null;
}

interface SignInFailureRow {
  /** The name as typed, lower case: counted whether or not there is such a user. */
  name: string;
  failures: number;
  lockedUntil: number;
  at: number;
}

interface AuditEntryRow {
  organisation: string;
  seq: number;
  /** `<kind>:<id>` */
  subject: string | null;
  /** `AuditEntry` as canonical JSON. */
  entry: string;
  hash: string;
}
