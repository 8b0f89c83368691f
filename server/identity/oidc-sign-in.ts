import type { OidcFlowRow } from '../store/sign-in-tables.ts';
import type { User } from '../store/users.ts';
import { IdentityError } from './identity-error.ts';
import { requireInvited } from './invitations.ts';
import type { OidcClient } from './oidc.ts';
import { hashToken, randomToken } from './secret-hash.ts';
import type { PeopleContext } from './sign-in.ts';

/** From the click to the way back: a person signs in elsewhere meanwhile. */
export const OIDC_FLOW_MS = 10 * 60_000;

/**
 * Begins to sign in at the identity provider, or to accept an invitation there.
 * @returns the provider's page, and a token for a cookie of this browser: only it may come back.
 * @throws IdentityError OIDC_UNAVAILABLE, INVITATION_UNKNOWN
 */
export async function beginOidcSignIn(
  context: PeopleContext,
  client: OidcClient,
  { redirectUri, invitation }: { readonly redirectUri: string; readonly invitation?: string | undefined },
): Promise<{ readonly url: string; readonly token: string }> {
  if (invitation !== undefined) await requireInvited(context, invitation);
  const { url, checks } = await client.begin(redirectUri);
  const token = randomToken();
  const at = context.now().getTime();
  const flow: OidcFlowRow = {
    ...checks,
    hash: hashToken(token),
    invitationHash: invitation === undefined ? null : hashToken(invitation),
    expiresAt: at + OIDC_FLOW_MS,
  };
  await context.store.identities.addFlow(flow, at);
  return { url, token };
}

/**
 * Who has come back. A user is known by issuer and subject alone, never by name or e-mail: bound by an invitation, or
 * by an administrator.
 * @throws IdentityError OIDC_FLOW_UNKNOWN, OIDC_UNAVAILABLE, OIDC_REFUSED, IDENTITY_UNKNOWN, IDENTITY_TAKEN,
 * INVITATION_UNKNOWN
 */
export async function finishOidcSignIn(
  context: PeopleContext,
  client: OidcClient,
  { token, query }: { readonly token: string; readonly query: string },
): Promise<{ readonly user: User; readonly accepted: boolean }> {
  const { store, now } = context;
  const flow = await store.identities.takeFlow(hashToken(token), now().getTime());
  if (flow === undefined)
    throw new IdentityError('OIDC_FLOW_UNKNOWN', 'this sign-in was not begun here, or is over', {
      entry: 'parameters',
    });
  const subject = await client.finish(query, flow);
  const identity = { issuer: client.issuer, subject };
  if (flow.invitationHash !== null) await accept(context, flow.invitationHash, identity);
  const user = await store.identities.user(identity.issuer, identity.subject);
  if (user === undefined)
    throw new IdentityError('IDENTITY_UNKNOWN', 'nobody here is bound to that identity', {
      entry: 'subject',
    });
  return { user, accepted: flow.invitationHash !== null };
}

async function accept(
  { store, now }: PeopleContext,
  invitationHash: string,
  identity: { readonly issuer: string; readonly subject: string },
): Promise<void> {
  const outcome = await store.users.accept(invitationHash, identity, now().getTime());
  if (outcome === 'identity-taken')
    throw new IdentityError('IDENTITY_TAKEN', 'that identity is bound to somebody else', {
      entry: 'subject',
    });
  if (outcome === 'taken')
    throw new IdentityError('INVITATION_UNKNOWN', 'the invitation is unknown, used or has expired', {
      entry: 'invitation',
    });
}
