/** Tables of the ways to sign in besides a password. */
export interface SignInTables {
  passkeys: PasskeyRow;
  passkeyChallenges: PasskeyChallengeRow;
  identities: IdentityRow;
  oidcFlows: OidcFlowRow;
}

export interface PasskeyRow {
  /** Credential id, base64url. */
  id: string;
  user: string;
  /** As its owner calls it. */
  name: string;
  /** COSE key, base64url. */
  publicKey: string;
  /** Signature counter as last seen; 0 where the authenticator keeps none. */
  counter: number;
  /** JSON array of transports, as the authenticator named them. */
  transports: string;
  createdAt: number;
  usedAt: number | null;
}

export interface PasskeyChallengeRow {
  /** SHA-256 of the challenge. */
  hash: string;
  /** Who registers; `null` for signing in. */
  user: string | null;
  expiresAt: number;
}

export interface IdentityRow {
  issuer: string;
  /** `sub`: what the issuer promises never to give to anybody else. */
  subject: string;
  user: string;
  createdAt: number;
}

export interface OidcFlowRow {
  /** SHA-256 of the token in the browser's cookie. */
  hash: string;
  state: string;
  nonce: string;
  /** PKCE code verifier (RFC 7636). */
  verifier: string;
  redirectUri: string;
  /** SHA-256 of the invitation that is being accepted; `null` for signing in. */
  invitationHash: string | null;
  expiresAt: number;
}
