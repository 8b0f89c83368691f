import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientSecretBasic,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  enableNonRepudiationChecks,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import { IdentityError } from './identity-error.ts';

/** An identity provider people may sign in at, as configured. */
export interface OidcSettings {
  /** Its issuer identifier, exactly: what it says of itself must be the same. */
  readonly issuer: string;
  readonly clientId: string;
  /** Absent for a public client: PKCE is used either way. */
  readonly clientSecret?: string | undefined;
  /** As people know it, on the button. */
  readonly name: string;
}

/** What must come back unchanged from the provider (OpenID Connect Core §3.1.2.1, RFC 7636). */
interface OidcChecks {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly redirectUri: string;
}

export interface OidcClient {
  readonly issuer: string;
  readonly name: string;
  /** Where to send the browser, and what to hold the answer to. @throws IdentityError OIDC_UNAVAILABLE */
  begin(redirectUri: string): Promise<{ readonly url: string; readonly checks: OidcChecks }>;
  /**
   * The subject the provider vouches for: code exchanged with PKCE, ID token's signature, issuer, audience, nonce and
   * times checked.
   * @param query of the URL the browser came back to, without `?`.
   * @throws IdentityError OIDC_UNAVAILABLE, OIDC_REFUSED
   */
  finish(query: string, checks: OidcChecks): Promise<string>;
}

const TIMEOUT_S = 10;
/** Keys and endpoints of a provider change seldom. */
const KEEP_MS = 60 * 60_000;

/** A client that asks the provider for its metadata when it is first needed. */
export function createOidcClient(settings: OidcSettings): OidcClient {
  const { issuer, name } = settings;
  let known: { readonly configuration: Promise<Configuration>; readonly until: number } | undefined;
  const configured = async (): Promise<Configuration> => {
    if (known === undefined || known.until < Date.now())
      known = { configuration: discover(settings), until: Date.now() + KEEP_MS };
    try {
      return await known.configuration;
    } catch (cause) {
      known = undefined;
      throw new IdentityError('OIDC_UNAVAILABLE', 'the identity provider does not answer', {
        entry: issuer,
        cause,
      });
    }
  };
  return {
    issuer,
    name,
    async begin(redirectUri) {
      const configuration = await configured();
      const verifier = randomPKCECodeVerifier();
      const checks = { state: randomState(), nonce: randomNonce(), verifier, redirectUri };
      const url = buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: 'openid',
        response_type: 'code',
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state: checks.state,
        nonce: checks.nonce,
      });
      return { url: url.href, checks };
    },
    async finish(query, { state, nonce, verifier, redirectUri }) {
      const configuration = await configured();
      try {
        const tokens = await authorizationCodeGrant(configuration, new URL(`${redirectUri}?${query}`), {
          pkceCodeVerifier: verifier,
          expectedState: state,
          expectedNonce: nonce,
          idTokenExpected: true,
        });
        const claims = tokens.claims();
        if (claims === undefined || claims.iss !== issuer) throw new RangeError('another issuer');
        return claims.sub;
      } catch (cause) {
        throw new IdentityError('OIDC_REFUSED', 'the identity provider did not sign anybody in', {
          entry: issuer,
          cause,
        });
      }
    },
  };
}

async function discover({ issuer, clientId, clientSecret }: OidcSettings): Promise<Configuration> {
  const url = new URL(issuer);
  const configuration = await discovery(
    url,
    clientId,
    undefined,
    clientSecret === undefined ? None() : ClientSecretBasic(clientSecret),
    // Settings allow plain http on loopback only.
    { timeout: TIMEOUT_S, execute: url.protocol === 'http:' ? [allowInsecureRequests] : [] },
  );
  if (configuration.serverMetadata().issuer !== issuer)
    throw new RangeError('the provider names another issuer');
  // The ID token's signature too, not only the TLS connection it came over.
  enableNonRepudiationChecks(configuration);
  return configuration;
}
