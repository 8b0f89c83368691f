import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import type { PasskeyAssertion, PasskeyRegistration } from '#shared/api/passkeys';
import { toUtf8 } from '#shared/lib/utf8';
import type { Passkey } from '../store/passkeys.ts';
import type { User } from '../store/users.ts';
import { IdentityError } from './identity-error.ts';
import { hashToken } from './secret-hash.ts';
import type { PeopleContext } from './sign-in.ts';

/** As long as a person may take over it (WebAuthn §15.1 recommends 5 to 10 minutes). */
const CEREMONY_MS = 5 * 60_000;
const MAX_PASSKEYS = 20;

/** Who asks for passkeys: they answer to this domain and these pages only. */
export interface RelyingParty {
  /** Domain, e.g. `evidence.example`. */
  readonly id: string;
  /** e.g. `https://evidence.example` */
  readonly origin: string;
  /** Shown by authenticators. */
  readonly name: string;
}

/**
 * Options for a new passkey: discoverable, user verification required, no attestation asked.
 * @throws IdentityError TOO_MANY_PASSKEYS
 */
export async function beginPasskey(context: PeopleContext, user: User, party: RelyingParty) {
  const known = await context.store.passkeys.list(user.id);
  if (known.length >= MAX_PASSKEYS)
    throw new IdentityError('TOO_MANY_PASSKEYS', `a user has at most ${MAX_PASSKEYS} passkeys`);
  const options = await generateRegistrationOptions({
    rpName: party.name,
    rpID: party.id,
    userName: user.name,
    userDisplayName: user.displayName,
    // An id that says nothing of the person (WebAuthn §14.6.1); the same each time, so that none is made twice.
    userID: new Uint8Array(toUtf8(user.id)),
    timeout: CEREMONY_MS,
    attestationType: 'none',
    excludeCredentials: known.map(({ id, transports }) => ({ id, transports: JSON.parse(transports) })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
  await remember(context, options.challenge, user.id);
  return options;
}

/**
 * Stores a passkey that answers a challenge of its user.
 * @throws IdentityError PASSKEY_REFUSED, PASSKEY_KNOWN
 */
export async function addPasskey(
  context: PeopleContext,
  user: User,
  party: RelyingParty,
  { name, response }: { readonly name: string; readonly response: PasskeyRegistration },
): Promise<Passkey> {
  const { credential } = await judged(async () => {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      // Both absent and null are legal on the wire; the library knows the former.
      response: response as Parameters<typeof verifyRegistrationResponse>[0]['response'],
      expectedChallenge: (challenge) => take(context, challenge, user.id),
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: true,
    });
    if (!verified) throw new RangeError('not verified');
    return registrationInfo;
  });
  const row: Passkey = {
    id: credential.id,
    user: user.id,
    name,
    publicKey: Buffer.from(credential.publicKey).toString('base64url'),
    counter: credential.counter,
    transports: JSON.stringify(credential.transports ?? []),
    createdAt: context.now().getTime(),
    usedAt: null,
  };
  if (!(await context.store.passkeys.add(row)))
    throw new IdentityError('PASSKEY_KNOWN', 'the passkey is known already', { entry: 'response.id' });
  return row;
}

/** Options for signing in with any passkey of this party: the authenticator says whose it is. */
export async function beginPasskeySignIn(context: PeopleContext, party: RelyingParty) {
  const options = await generateAuthenticationOptions({
    rpID: party.id,
    timeout: CEREMONY_MS,
    userVerification: 'required',
  });
  await remember(context, options.challenge, null);
  return options;
}

/**
 * Judges an assertion: a known passkey of a user who is not disabled, over a challenge of ours that was not answered
 * before, made on our page with the user verified, its counter going up where it counts.
 * @throws IdentityError PASSKEY_REFUSED
 */
export async function checkPasskey(
  context: PeopleContext,
  party: RelyingParty,
  response: PasskeyAssertion,
): Promise<User> {
  const passkey = await context.store.passkeys.get(response.id);
  const user = passkey === undefined ? undefined : await context.store.users.get(passkey.user);
  if (passkey === undefined || user === undefined || user.disabledAt !== null)
    throw refused('unknown passkey');
  const { userHandle } = response.response;
  if (typeof userHandle === 'string' && Buffer.from(userHandle, 'base64url').toString() !== user.id)
    throw refused('the passkey is for another user');
  const { authenticationInfo } = await judged(async () => {
    const result = await verifyAuthenticationResponse({
      response: response as Parameters<typeof verifyAuthenticationResponse>[0]['response'],
      expectedChallenge: (challenge) => take(context, challenge, null),
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      credential: {
        id: passkey.id,
        publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')),
        counter: passkey.counter,
      },
      requireUserVerification: true,
    });
    if (!result.verified) throw new RangeError('not verified');
    return result;
  });
  const counter = { from: passkey.counter, to: authenticationInfo.newCounter };
  if (!(await context.store.passkeys.used(passkey.id, counter, context.now().getTime())))
    throw refused('the passkey was used meanwhile');
  return user;
}

/** Whose passkey an assertion names, believed or not: for the audit trail of a refusal. */
export async function namedByPasskey({ store }: PeopleContext, id: string): Promise<User | undefined> {
  const passkey = await store.passkeys.get(id);
  return passkey === undefined ? undefined : store.users.get(passkey.user);
}

async function remember({ store, now }: PeopleContext, challenge: string, user: string | null) {
  const at = now().getTime();
  await store.passkeys.addChallenge({ hash: hashToken(challenge), user, expiresAt: at + CEREMONY_MS }, at);
}

function take({ store, now }: PeopleContext, challenge: string, user: string | null): Promise<boolean> {
  return store.passkeys.takeChallenge(hashToken(challenge), user, now().getTime());
}

/** The library says what is wrong by an Error of its own; the reader of an answer need not know. */
async function judged<T>(verify: () => Promise<T>): Promise<T> {
  try {
    return await verify();
  } catch (cause) {
    throw refused(cause instanceof Error ? cause.message : 'not verified', cause);
  }
}

function refused(why: string, cause?: unknown): IdentityError {
  return new IdentityError('PASSKEY_REFUSED', `the passkey is refused: ${why}`, { entry: 'response', cause });
}
