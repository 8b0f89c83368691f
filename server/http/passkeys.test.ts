import * as v from 'valibot';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { passkeyOptionsAnswer, passkeysAnswer } from '#shared/api/passkeys';
import { meAnswer, signInWaysAnswer } from '#shared/api/people';
import {
  type CeremonyFaults,
  createSoftPasskey,
  type SoftPasskey,
} from '../../test/fixtures/soft-passkey.ts';
import type { User } from '../store/users.ts';
import { openTestApp, type TestApp } from './testing/open-test-app.ts';
import { addUser, type Browser, browserOf, PASSWORD } from './testing/people.ts';

const host = 'localhost:8787';
const party = { id: 'localhost', origin: `http://${host}` };
let service: TestApp;
beforeAll(async () => {
  service = await openTestApp();
});
afterAll(() => service.close());

let clients = 1;
const post = (path: string, payload: object = {}) =>
  service.app.inject({
    method: 'POST',
    url: `/api/v1${path}`,
    payload,
    headers: { host },
    remoteAddress: `10.1.0.${clients++}`,
  });
const codeOf = (answer: { json(): unknown }) => (answer.json() as { error?: { code: string } }).error?.code;
const challengeOf = (answer: { json(): unknown }) => v.parse(passkeyOptionsAnswer, answer.json()).challenge;

async function registered(more: CeremonyFaults = {}) {
  const user = await addUser(service, 'investigator');
  const browser = await browserOf(service, user);
  const passkey = createSoftPasskey(party);
  const answer = await register(browser, passkey, more);
  return { user, browser, passkey, answer };
}
async function register(browser: Browser, passkey: SoftPasskey, more: CeremonyFaults = {}) {
  const options = await browser.send('POST', '/me/passkeys/options', { password: PASSWORD }, { host });
  const response = passkey.register(challengeOf(options), more);
  return browser.send('POST', '/me/passkeys', { name: '办公室', response }, { host });
}
async function signIn(passkey: SoftPasskey, more: CeremonyFaults = {}) {
  const options = await post('/sign-in/passkey/options');
  return post('/sign-in/passkey', { response: passkey.assert(challengeOf(options), more) });
}
const userHandleOf = (user: User) => Buffer.from(user.id).toString('base64url');

test('a passkey is registered, listed, signs in without a name or second factor, and is removed', async () => {
  const { user, browser, passkey, answer } = await registered();
  expect(answer.statusCode).toBe(201);
  const list = async () =>
    v.parse(passkeysAnswer, (await browser.send('GET', '/me/passkeys')).json()).passkeys;
  expect(await list()).toMatchObject([{ id: passkey.id, name: '办公室', usedAt: null }]);
  const first = await signIn(passkey, { userHandle: userHandleOf(user) });
  expect(v.parse(meAnswer, first.json())).toMatchObject({ name: user.name });
  expect(String(first.headers['set-cookie'])).toContain('HttpOnly; SameSite=Strict');
  expect((await list())[0]?.usedAt).toMatch(/Z$/);
  const stranger = await browserOf(service, await addUser(service, 'investigator'));
  expect(codeOf(await stranger.send('DELETE', `/me/passkeys/${passkey.id}`))).toBe('PASSKEY_UNKNOWN');
  expect((await browser.send('DELETE', `/me/passkeys/${passkey.id}`)).statusCode).toBe(204);
  expect(codeOf(await signIn(passkey))).toBe('PASSKEY_REFUSED');
});

test('options ask for a discoverable credential, user verification and no attestation', async () => {
  const browser = await browserOf(service, await addUser(service, 'investigator'));
  const refused = await browser.send('POST', '/me/passkeys/options', { password: 'wrong' }, { host });
  expect(codeOf(refused)).toBe('SIGN_IN_WRONG');
  expect(codeOf(await browser.send('POST', '/me/passkeys/options', {}, { host }))).toBe('SIGN_IN_WRONG');
  const options = await browser.send('POST', '/me/passkeys/options', { password: PASSWORD }, { host });
  expect(options.json()).toMatchObject({
    rp: { id: 'localhost' },
    attestation: 'none',
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
  expect((await post('/sign-in/passkey/options')).json()).toMatchObject({
    rpId: 'localhost',
    userVerification: 'required',
  });
});

test.each<[string, CeremonyFaults]>([
  ['another page', { origin: 'http://evil.localhost:8787' }],
  ['another party', { rpId: 'evil.example' }],
  ['no user verification', { userVerified: false }],
])('%s is refused, at registering and at signing in', async (_, fault) => {
  expect(codeOf((await registered(fault)).answer)).toBe('PASSKEY_REFUSED');
  const { passkey } = await registered();
  expect(codeOf(await signIn(passkey, fault))).toBe('PASSKEY_REFUSED');
});

test('a challenge is answered once, within five minutes, by whom it was made for', async () => {
  const { browser, passkey } = await registered();
  const challenge = challengeOf(await post('/sign-in/passkey/options'));
  expect((await post('/sign-in/passkey', { response: passkey.assert(challenge) })).statusCode).toBe(200);
  expect(codeOf(await post('/sign-in/passkey', { response: passkey.assert(challenge) }))).toBe(
    'PASSKEY_REFUSED',
  );
  const late = challengeOf(await post('/sign-in/passkey/options'));
  service.clock.ahead = 5 * 60_000;
  expect(codeOf(await post('/sign-in/passkey', { response: passkey.assert(late) }))).toBe('PASSKEY_REFUSED');
  service.clock.ahead = 0;
  const own = Buffer.from('a challenge of my own').toString('base64url');
  expect(codeOf(await post('/sign-in/passkey', { response: passkey.assert(own) }))).toBe('PASSKEY_REFUSED');

  // Registration: the challenge of one person is no use to another, nor for signing in.
  const options = await browser.send('POST', '/me/passkeys/options', { password: PASSWORD }, { host });
  const other = await browserOf(service, await addUser(service, 'auditor'));
  const response = createSoftPasskey(party).register(challengeOf(options));
  const stolen = await other.send('POST', '/me/passkeys', { name: 'x', response }, { host });
  expect(codeOf(stolen)).toBe('PASSKEY_REFUSED');
  const again = await browser.send('POST', '/me/passkeys/options', { password: PASSWORD }, { host });
  const crossed = passkey.assert(challengeOf(again));
  expect(codeOf(await post('/sign-in/passkey', { response: crossed }))).toBe('PASSKEY_REFUSED');
});

test('a copied authenticator shows: its counter does not go up', async () => {
  const { passkey, user } = await registered();
  expect((await signIn(passkey)).statusCode).toBe(200);
  expect((await signIn(passkey)).statusCode).toBe(200);
  expect(codeOf(await signIn(passkey, { counter: 2 }))).toBe('PASSKEY_REFUSED');
  expect(codeOf(await signIn(passkey, { counter: 1 }))).toBe('PASSKEY_REFUSED');
  const trail = await service.intake.store.auditTrail.read('operator', {
    after: 0,
    limit: 10,
    subject: `user:${user.id}`,
  });
  expect(JSON.stringify(trail)).toContain('PASSKEY_REFUSED');
});

test('who is disabled, or named by another handle, does not get in; a new invitation ends passkeys', async () => {
  const { passkey, user } = await registered();
  const other = await addUser(service, 'investigator');
  expect(codeOf(await signIn(passkey, { userHandle: userHandleOf(other) }))).toBe('PASSKEY_REFUSED');
  await service.intake.store.users.change(user.id, { disabledAt: 1 }, 1);
  expect(codeOf(await signIn(passkey))).toBe('PASSKEY_REFUSED');
  await service.intake.store.users.change(user.id, { disabledAt: null }, 1);
  expect((await signIn(passkey)).statusCode).toBe(200);
  const administrator = await browserOf(service, await addUser(service, 'administrator'));
  const { invitation } = (await administrator.send('POST', `/users/${user.id}/invitation`)).json();
  const accept = { token: invitation, password: 'a quite new password' };
  expect((await post('/invitations/accept', accept)).statusCode).toBe(204);
  expect(codeOf(await signIn(passkey))).toBe('PASSKEY_REFUSED');
});

test('the same passkey is not taken twice, and twenty are enough', async () => {
  const { browser, passkey, user } = await registered();
  expect(codeOf(await register(browser, passkey))).toBe('PASSKEY_KNOWN');
  for (let n = 1; n < 20; n++)
    await service.intake.store.passkeys.add({
      id: `${user.id}-${n}`,
      user: user.id,
      name: 'x',
      publicKey: '',
      counter: 0,
      transports: '[]',
      createdAt: n,
      usedAt: null,
    });
  const options = await browser.send('POST', '/me/passkeys/options', { password: PASSWORD }, { host });
  expect(codeOf(options)).toBe('TOO_MANY_PASSKEYS');
});

test('the party is the configured one, else localhost; addresses and plain http have no passkeys', async () => {
  const ways = async (app: TestApp, name: string) =>
    v.parse(
      signInWaysAnswer,
      (await app.app.inject({ url: '/api/v1/sign-in', headers: { host: name } })).json(),
    );
  expect((await ways(service, host)).passkeys).toBeNull();
  for (const name of ['127.0.0.1:8787', '[::1]:8787', 'evidence.example'])
    expect((await ways(service, name)).passkeys?.code, name).toBe('PASSKEYS_UNAVAILABLE');
  const configured = await openTestApp({ publicUrl: 'https://evidence.example' });
  expect((await ways(configured, host)).passkeys).toBeNull();
  const { app } = configured;
  const options = await app.inject({
    method: 'POST',
    url: '/api/v1/sign-in/passkey/options',
    headers: { host },
  });
  expect(options.json()).toMatchObject({ rpId: 'evidence.example' });
  await configured.close();
});
