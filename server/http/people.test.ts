import { TOTP } from 'otpauth';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EXTENSION_ORIGIN } from '#shared/api/extension-id';
import {
  apiTokensAnswer,
  devicesAnswer,
  invitationAnswer,
  meAnswer,
  newApiTokenAnswer,
  organisationsAnswer,
  totpAnswer,
  userSessionsAnswer,
  usersAnswer,
} from '#shared/api/people';
import { createDeviceClient } from '../../test/fixtures/device-client.ts';
import { inviteFirstAdministrator } from '../identity/invitations.ts';
import { openTestApp, type TestApp } from './testing/open-test-app.ts';
import { addOrganisation, addUser, browserOf, browserWith, PASSWORD } from './testing/people.ts';

let service: TestApp;
beforeAll(async () => {
  service = await openTestApp();
});
afterAll(() => service.close());

let clients = 0;
/** Each from another address: guessing is slowed down by address too. */
const post = (path: string, payload: object, headers: Record<string, string> = {}) => {
  const remoteAddress = `10.0.0.${clients++}`;
  return service.app.inject({ method: 'POST', url: `/api/v1${path}`, payload, headers, remoteAddress });
};
const signIn = (name: string, password = PASSWORD, more: object = {}, headers = {}) =>
  post('/sign-in', { name, password, ...more }, headers);
const codeOf = (answer: { json(): unknown }) => (answer.json() as { error?: { code: string } }).error?.code;
const cookieOf = (answer: { headers: Record<string, unknown> }) => String(answer.headers['set-cookie']);
const tokenIn = (cookie: string) => /=([0-9a-f]{64});/.exec(cookie)?.[1] ?? '';

test('the first administrator is invited until one can sign in; the invitation works once, for a day', async () => {
  const lost = (await inviteFirstAdministrator(service.intake))!;
  const { token } = (await inviteFirstAdministrator(service.intake))!;
  const accept = (secret: string, password = 'a long enough one') =>
    post('/invitations/accept', { token: secret, password });
  expect(codeOf(await accept(lost.token))).toBe('INVITATION_UNKNOWN');
  expect(codeOf(await accept(token, 'short'))).toBe('REQUEST_MALFORMED');
  service.clock.ahead = 24 * 60 * 60_000;
  expect((await accept(token)).statusCode).toBe(410);
  service.clock.ahead = 0;
  const both = await Promise.all([accept(token), accept(token, 'another long one')]);
  expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([204, 410]);
  const password = both[0]?.statusCode === 204 ? 'a long enough one' : 'another long one';
  const answer = await signIn('ADMIN ', password);
  expect(v.parse(meAnswer, answer.json())).toMatchObject({
    role: 'administrator',
    organisation: { id: 'operator' },
  });
  expect(await inviteFirstAdministrator(service.intake)).toBeUndefined();
  const rows = await service.database.selectFrom('users').selectAll().where('name', '=', 'admin').execute();
  expect(rows[0]?.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
});

test('a session is an HttpOnly SameSite cookie, Secure but on loopback, and ends at sign-out', async () => {
  const user = await addUser(service, 'investigator');
  const cookie = cookieOf(await signIn(user.name));
  expect(cookie).toMatch(
    /^tiezheng-session=[0-9a-f]{64}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/,
  );
  const outside = cookieOf(await signIn(user.name, PASSWORD, {}, { host: 'evidence.example' }));
  expect(outside).toMatch(/^__Host-tiezheng-session=[0-9a-f]{64}; .*; SameSite=Strict; Secure$/);
  const browser = browserWith(service, tokenIn(cookie));
  const me = v.parse(meAnswer, (await browser.send('GET', '/me')).json());
  expect(me).toMatchObject({ name: user.name, csrf: browser.csrf, totp: false });
  expect(me.csrf).not.toContain(tokenIn(cookie));
  expect(cookieOf(await browser.send('POST', '/sign-out'))).toContain('Max-Age=0');
  expect(codeOf(await browser.send('GET', '/me'))).toBe('SESSION_UNKNOWN');
});

test('session fixation: signing in never goes on with a token that was there before', async () => {
  const user = await addUser(service, 'investigator');
  const planted = 'f'.repeat(64);
  const cookie = cookieOf(await signIn(user.name, PASSWORD, {}, { cookie: `tiezheng-session=${planted}` }));
  expect(cookie).not.toContain(planted);
  expect(codeOf(await browserWith(service, planted).send('GET', '/me'))).toBe('SESSION_UNKNOWN');
  const attacker = await browserOf(service, await addUser(service, 'auditor'));
  const victim = cookieOf(await signIn(user.name, PASSWORD, {}, { cookie: attacker.cookie }));
  expect(victim).not.toContain(attacker.cookie.split('=')[1]);
  // The planted session is over, so that nobody acts in it by mistake.
  expect(codeOf(await attacker.send('GET', '/me'))).toBe('SESSION_UNKNOWN');
});

test('CSRF: a cookie alone changes nothing, and counts from our own pages only', async () => {
  const browser = await browserOf(service, await addUser(service, 'investigator'));
  const host = 'localhost:80';
  const own = { origin: `http://${host}`, host };
  expect((await browser.send('POST', '/pairing-codes', undefined, own)).statusCode).toBe(200);
  for (const headers of [
    { 'x-csrf-token': '' },
    { 'x-csrf-token': 'a'.repeat(64) },
    { 'x-csrf-token': (await browserOf(service, await addUser(service, 'investigator'))).csrf },
    { origin: EXTENSION_ORIGIN },
    { origin: 'https://portal.example' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ])
    expect(codeOf(await browser.send('POST', '/pairing-codes', undefined, headers))).toBe('CSRF_REFUSED');
  expect(codeOf(await browser.send('GET', '/me', undefined, { origin: EXTENSION_ORIGIN }))).toBe(
    'CSRF_REFUSED',
  );
  const elsewhere = await browser.send('POST', '/sign-out', undefined, { origin: 'https://evil.example' });
  expect(codeOf(elsewhere)).toBe('ORIGIN_REFUSED');
  const twice = { cookie: `${browser.cookie}; ${browser.cookie}` };
  expect(codeOf(await browser.send('GET', '/me', undefined, twice))).toBe('CREDENTIALS_MISSING');
});

test('failures lock a name, known or not, longer each time; the right password does not help then', async () => {
  const user = await addUser(service, 'investigator');
  for (const name of [user.name, 'nobody-of-that-name']) {
    for (let n = 0; n < 5; n++) expect(codeOf(await signIn(name, 'wrong'))).toBe('SIGN_IN_WRONG');
    expect((await signIn(name)).statusCode).toBe(429);
  }
  service.clock.ahead = 31_000;
  expect(codeOf(await signIn(user.name, 'wrong'))).toBe('SIGN_IN_WRONG');
  service.clock.ahead = 62_000;
  expect(codeOf(await signIn(user.name))).toBe('SIGN_IN_LOCKED');
  service.clock.ahead = 92_000;
  expect((await signIn(user.name)).statusCode).toBe(200);
  service.clock.ahead = 0;
});

test('a second factor: on after a first code, no code works twice', async () => {
  const user = await addUser(service, 'case-handler');
  const browser = await browserOf(service, user);
  expect(codeOf(await browser.send('POST', '/me/totp', { password: 'x' }))).toBe('SIGN_IN_WRONG');
  const begun = await browser.send('POST', '/me/totp', { password: PASSWORD });
  const { secret, uri } = v.parse(totpAnswer, begun.json());
  expect(uri).toMatch(/^otpauth:\/\/totp\//);
  expect((await signIn(user.name)).statusCode).toBe(200);
  const codeAt = (ahead: number) => {
    service.clock.ahead = ahead;
    return new TOTP({ secret }).generate({ timestamp: Date.now() + ahead });
  };
  expect(codeOf(await browser.send('PUT', '/me/totp', { code: '000000' }))).toBe('TOTP_WRONG');
  const first = codeAt(0);
  expect((await browser.send('PUT', '/me/totp', { code: first })).statusCode).toBe(204);
  expect(codeOf(await signIn(user.name))).toBe('TOTP_REQUIRED');
  expect(codeOf(await signIn(user.name, PASSWORD, { totp: first }))).toBe('SIGN_IN_WRONG');
  const later = codeAt(90_000);
  expect((await signIn(user.name, PASSWORD, { totp: later })).statusCode).toBe(200);
  expect(codeOf(await signIn(user.name, PASSWORD, { totp: later }))).toBe('SIGN_IN_WRONG');
  expect((await browser.send('DELETE', '/me/totp', { code: codeAt(180_000) })).statusCode).toBe(204);
  expect((await signIn(user.name)).statusCode).toBe(200);
  service.clock.ahead = 0;
});

test('sessions are listed and revoked; a new password ends all others', async () => {
  const user = await addUser(service, 'investigator');
  const [one, two] = [await browserOf(service, user), await browserOf(service, user)];
  const { sessions } = v.parse(userSessionsAnswer, (await one.send('GET', '/me/sessions')).json());
  expect(sessions.filter(({ current }) => current)).toHaveLength(1);
  const other = sessions.find(({ current }) => !current)!;
  const stranger = await browserOf(service, await addUser(service, 'investigator'));
  expect((await stranger.send('DELETE', `/me/sessions/${other.id}`)).statusCode).toBe(404);
  expect((await one.send('DELETE', `/me/sessions/${other.id}`)).statusCode).toBe(204);
  expect((await two.send('GET', '/me')).statusCode).toBe(401);
  const three = await browserOf(service, user);
  const issued = await three.send('POST', '/me/tokens', { name: 'x', scopes: ['cases:read'], days: 1 });
  const { token } = v.parse(newApiTokenAnswer, issued.json());
  const change = { current: PASSWORD, next: 'a quite different one' };
  expect(codeOf(await three.send('POST', '/me/password', { ...change, current: 'x' }))).toBe('SIGN_IN_WRONG');
  const changed = await three.send('POST', '/me/password', change);
  for (const ended of [one, three]) expect((await ended.send('GET', '/me')).statusCode).toBe(401);
  const bearer = { authorization: `Bearer ${token}` };
  expect((await service.app.inject({ url: '/api/v1/me', headers: bearer })).statusCode).toBe(401);
  const fresh = browserWith(service, tokenIn(cookieOf(changed)));
  expect((await fresh.send('GET', '/me')).statusCode).toBe(200);
});

test('tokens of programs: shown once, hashed at rest, for their scopes, revoked and expiring', async () => {
  const browser = await browserOf(service, await addUser(service, 'administrator'));
  const issued = await browser.send('POST', '/me/tokens', { name: 'x', scopes: ['devices:manage'], days: 2 });
  const { id, token } = v.parse(newApiTokenAnswer, issued.json());
  const rows = JSON.stringify(await service.database.selectFrom('apiTokens').selectAll().execute());
  expect(rows).not.toContain(token.slice(9));
  const ask = (path: string) =>
    service.app.inject({ url: `/api/v1${path}`, headers: { authorization: `Bearer ${token}` } });
  expect((await ask('/devices')).statusCode).toBe(200);
  expect(codeOf(await ask('/users'))).toBe('SCOPE_MISSING');
  service.clock.ahead = 2 * 24 * 60 * 60_000;
  expect((await ask('/devices')).statusCode).toBe(401);
  service.clock.ahead = 0;
  expect((await browser.send('DELETE', `/me/tokens/${id}`)).statusCode).toBe(204);
  expect((await ask('/devices')).statusCode).toBe(401);
  const { tokens } = v.parse(apiTokensAnswer, (await browser.send('GET', '/me/tokens')).json());
  expect(tokens[0]?.revokedAt).not.toBeNull();
});

test('administrators invite, change and disable users of their own organisation, never themselves', async () => {
  const user = await addUser(service, 'administrator');
  const browser = await browserOf(service, user);
  const fields = { name: 'Zhang.San', displayName: '张三', certificate: '沪 123', role: 'investigator' };
  const made = v.parse(invitationAnswer, (await browser.send('POST', '/users', fields)).json());
  expect(made.user).toMatchObject({ name: 'zhang.san', certificate: '沪 123' });
  expect(codeOf(await browser.send('POST', '/users', fields))).toBe('USER_NAME_TAKEN');
  expect(codeOf(await signIn('zhang.san', 'x'))).toBe('SIGN_IN_WRONG');
  await post('/invitations/accept', { token: made.invitation, password: PASSWORD });
  const theirs = browserWith(service, tokenIn(cookieOf(await signIn('zhang.san'))));
  const path = `/users/${made.user.id}`;
  expect((await browser.send('PATCH', path, { displayName: '张三丰' })).json().displayName).toBe('张三丰');
  expect((await theirs.send('GET', '/me')).statusCode).toBe(200);
  expect((await browser.send('PATCH', path, { role: 'auditor' })).json().role).toBe('auditor');
  expect((await theirs.send('GET', '/me')).statusCode).toBe(401);
  await browser.send('PATCH', path, { disabled: true });
  expect(codeOf(await signIn('zhang.san'))).toBe('SIGN_IN_WRONG');
  await browser.send('PATCH', path, { disabled: false });
  expect((await signIn('zhang.san')).statusCode).toBe(200);
  expect(codeOf(await browser.send('PATCH', `/users/${user.id}`, { role: 'auditor' }))).toBe('OWN_ROLE');
  const { users } = v.parse(usersAnswer, (await browser.send('GET', '/users?limit=200')).json());
  expect(users.map(({ name }) => name)).toContain('zhang.san');
});

test('an organisation is made with its administrator and sees nothing of others', async () => {
  const operator = await browserOf(service, await addUser(service, 'administrator'));
  const administrator = { name: 'notary.admin', displayName: '公证处' };
  const request = { name: '某公证处', kind: 'notary-office', administrator };
  const made = (await operator.send('POST', '/organisations', request)).json();
  await post('/invitations/accept', { token: made.invitation, password: PASSWORD });
  const browser = browserWith(service, tokenIn(cookieOf(await signIn('notary.admin'))));
  await addOrganisation(service);
  const { organisations } = v.parse(
    organisationsAnswer,
    (await browser.send('GET', '/organisations')).json(),
  );
  expect(organisations).toEqual([made.organisation]);
  const { users } = v.parse(usersAnswer, (await browser.send('GET', '/users')).json());
  expect(users.map(({ name }) => name)).toEqual(['notary.admin']);
  expect(v.parse(devicesAnswer, (await browser.send('GET', '/devices')).json()).devices).toEqual([]);
});

test('a device belongs to who made its code; it is listed, reinstated and revoked with a reason', async () => {
  const url = await service.listen();
  const owner = await addUser(service, 'investigator');
  const { code } = (await (await browserOf(service, owner)).send('POST', '/pairing-codes')).json();
  const client = createDeviceClient(url);
  await client.pair(code);
  await client.signIn();
  const { id } = client.device;
  const browser = await browserOf(service, await addUser(service, 'administrator'));
  const listed = v.parse(devicesAnswer, (await browser.send('GET', '/devices')).json()).devices;
  const own = listed.find((device) => device.id === id);
  expect(own).toMatchObject({ user: owner.id, revokedAt: null });
  // Certified at pairing, for two years; renewed when it signs in towards the end, never once revoked.
  const certificate = async () => (await service.intake.store.devices.get(id))?.certificate;
  const first = await certificate();
  expect(Date.parse(own?.certifiedUntil ?? '') - Date.now()).toBeGreaterThan(700 * 86_400_000);
  await client.signIn();
  expect(await certificate()).toBe(first);
  service.clock.ahead = 560 * 86_400_000;
  await client.signIn();
  service.clock.ahead = 0;
  const second = await certificate();
  expect(second).not.toBe(first);
  await client.signIn();

  const reason = { reason: '时钟已校正' };
  const reinstate = () => browser.send('POST', `/devices/${id}/reinstate`, reason);
  expect(codeOf(await reinstate())).toBe('DEVICE_NOT_SUSPENDED');
  await service.intake.store.devices.suspend(id, 'JOURNAL_FORK', 1);
  await expect(client.anchor('a'.repeat(64))).rejects.toMatchObject({ code: 'DEVICE_SUSPENDED' });
  expect((await reinstate()).json()).toMatchObject({ suspendedAt: null, suspension: null });
  await client.anchor('a'.repeat(64));

  expect(codeOf(await browser.send('POST', `/devices/${id}/revoke`, {}))).toBe('REQUEST_MALFORMED');
  const revoked = await browser.send('POST', `/devices/${id}/revoke`, { reason: '设备遗失' });
  expect(revoked.json().revokedAt).toMatch(/Z$/);
  await expect(client.anchor('b'.repeat(64))).rejects.toMatchObject({ code: 'DEVICE_REVOKED' });
  service.clock.ahead = 1200 * 86_400_000;
  await client.signIn();
  service.clock.ahead = 0;
  expect(await certificate()).toBe(second);
  const again = await (await browserOf(service, owner)).send('POST', '/pairing-codes');
  await expect(client.pair(again.json().code)).rejects.toMatchObject({ code: 'DEVICE_REVOKED' });

  const elsewhere = await addUser(service, 'administrator', await addOrganisation(service));
  const foreign = await browserOf(service, elsewhere);
  const other = createDeviceClient(url);
  await other.pair((await browser.send('POST', '/pairing-codes')).json().code);
  const taken = (await foreign.send('POST', '/pairing-codes')).json().code;
  await expect(other.pair(taken)).rejects.toMatchObject({ code: 'DEVICE_OF_OTHER_ORGANISATION' });
});
