import * as v from 'valibot';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { meAnswer, oidcBeginAnswer, signInWaysAnswer } from '#shared/api/people';
import { startOidcProvider, type TestProvider } from '../../test/fixtures/oidc-provider.ts';
import { createOidcClient } from '../identity/oidc.ts';
import { openTestApp, type TestApp } from './testing/open-test-app.ts';
import { addUser, browserOf, PASSWORD } from './testing/people.ts';

/** A real provider (certified, in this process) and a browser that follows redirects and keeps cookies. */

const host = 'localhost:8787';
const redirectUri = `http://${host}/oidc/callback`;
let idp: TestProvider;
let issuer = '';
let service: TestApp;

beforeAll(async () => {
  idp = await startOidcProvider(redirectUri);
  issuer = idp.issuer;
  service = await openTestApp({ oidc: createOidcClient({ ...idp, name: '统一认证' }) });
});
afterAll(async () => {
  await service.close();
  await idp.close();
});
afterEach(() => {
  service.clock.ahead = 0;
});

let clients = 1;
const post = (path: string, payload: object, cookie = '') =>
  service.app.inject({
    method: 'POST',
    url: `/api/v1${path}`,
    payload,
    headers: { host, cookie },
    remoteAddress: `10.2.0.${clients++}`,
  });
type Answer = Awaited<ReturnType<typeof post>>;
const codeOf = (answer: Answer) => (answer.json() as { error?: { code: string } }).error?.code;
const cookieOf = (answer: Answer) =>
  [answer.headers['set-cookie']]
    .flat()
    .map((one) => `${one}`.split(';')[0])
    .join('; ');

async function begin(invitation?: string) {
  const answer = await post('/oidc/begin', invitation === undefined ? {} : { invitation });
  const { url } = v.parse(oidcBeginAnswer, answer.json());
  return { url, cookie: cookieOf(answer) };
}

/** Signs `login` in at the provider; the query the browser comes back to us with. */
async function signInAtProvider(url: string, login: string): Promise<string> {
  const jar = new Map<string, string>();
  let next = url;
  let form: Record<string, string> | undefined;
  for (let hops = 0; hops < 20; hops++) {
    const answer = await fetch(next, {
      redirect: 'manual',
      headers: {
        cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
    });
    form = undefined;
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      jar.set(name, value);
    }
    const location = answer.headers.get('location');
    if (location?.startsWith(redirectUri)) return location.slice(redirectUri.length + 1);
    if (location !== null) {
      next = new URL(location, issuer).href;
      continue;
    }
    const page = await answer.text();
    const [, prompt = ''] = /name="prompt" value="(\w+)"/.exec(page) ?? [];
    if (prompt === '') throw new Error(`the provider answered ${answer.status}: ${page.slice(0, 300)}`);
    form = prompt === 'login' ? { prompt, login, password: 'x' } : { prompt };
  }
  throw new Error('the provider redirects without end');
}

async function through(login: string, invitation?: string): Promise<Answer> {
  const { url, cookie } = await begin(invitation);
  return post('/oidc/finish', { parameters: await signInAtProvider(url, login) }, cookie);
}
async function invited(role: 'investigator' | 'administrator' = 'investigator') {
  const user = await addUser(service, role);
  const administrator = await browserOf(service, await addUser(service, 'administrator'));
  const { invitation } = (await administrator.send('POST', `/users/${user.id}/invitation`)).json();
  return { user, administrator, invitation: invitation as string };
}

test('the request carries code flow, PKCE, state and nonce', async () => {
  const parameters = new URL((await begin()).url).searchParams;
  expect(Object.fromEntries(parameters)).toMatchObject({
    response_type: 'code',
    scope: 'openid',
    client_id: 'tiezheng',
    redirect_uri: redirectUri,
    code_challenge_method: 'S256',
  });
  for (const name of ['code_challenge', 'state', 'nonce'])
    expect((parameters.get(name) ?? '').length, name).toBeGreaterThan(30);
  const ways = await service.app.inject({ url: '/api/v1/sign-in', headers: { host } });
  expect(v.parse(signInWaysAnswer, ways.json()).oidc).toEqual({ name: '统一认证' });
});

test('nobody is known by name or e-mail; an invitation binds issuer and subject, and then signs in', async () => {
  const { user, invitation } = await invited();
  expect(codeOf(await through(user.name))).toBe('IDENTITY_UNKNOWN');
  const accepted = await through('sub-1', invitation);
  expect(v.parse(meAnswer, accepted.json())).toMatchObject({ name: user.name, oidc: true, password: false });
  const again = await through('sub-1');
  expect(v.parse(meAnswer, again.json()).id).toBe(user.id);
  // The password from before ended with the invitation.
  expect(codeOf(await post('/sign-in', { name: user.name, password: PASSWORD }))).toBe('SIGN_IN_WRONG');
  await service.intake.store.users.change(user.id, { disabledAt: 1 }, 1);
  expect(codeOf(await through('sub-1'))).toBe('IDENTITY_UNKNOWN');
});

test('an invitation works once, and not for somebody who is bound already', async () => {
  const [one, two] = [await invited(), await invited()];
  expect((await through('sub-2', one.invitation)).statusCode).toBe(200);
  expect(codeOf(await post('/oidc/begin', { invitation: one.invitation }))).toBe('INVITATION_UNKNOWN');
  expect(codeOf(await through('sub-2', two.invitation))).toBe('IDENTITY_TAKEN');
  expect((await through('sub-3', two.invitation)).statusCode).toBe(200);
});

test('an administrator binds and unbinds; one identity, one user', async () => {
  const { user, administrator } = await invited();
  const other = await addUser(service, 'auditor');
  const bind = (id: string, subject: string) =>
    administrator.send('PUT', `/users/${id}/identity`, { subject });
  expect((await bind(user.id, 'sub-4')).statusCode).toBe(204);
  expect(codeOf(await bind(other.id, 'sub-4'))).toBe('IDENTITY_TAKEN');
  expect(v.parse(meAnswer, (await through('sub-4')).json()).id).toBe(user.id);
  // Bound by an administrator, the password stays.
  expect((await post('/sign-in', { name: user.name, password: PASSWORD })).statusCode).toBe(200);
  expect((await administrator.send('DELETE', `/users/${user.id}/identity`)).statusCode).toBe(204);
  expect(codeOf(await through('sub-4'))).toBe('IDENTITY_UNKNOWN');
  expect(codeOf(await administrator.send('DELETE', `/users/${user.id}/identity`))).toBe('IDENTITY_UNKNOWN');
});

test('an answer counts once, in the browser that asked, within ten minutes, with its own state', async () => {
  const { user, administrator } = await invited();
  await administrator.send('PUT', `/users/${user.id}/identity`, { subject: 'sub-5' });
  const one = await begin();
  const parameters = await signInAtProvider(one.url, 'sub-5');
  expect(codeOf(await post('/oidc/finish', { parameters }))).toBe('OIDC_FLOW_UNKNOWN');
  const two = await begin();
  expect(codeOf(await post('/oidc/finish', { parameters }, two.cookie))).toBe('OIDC_REFUSED');
  expect((await post('/oidc/finish', { parameters }, one.cookie)).statusCode).toBe(200);
  expect(codeOf(await post('/oidc/finish', { parameters }, one.cookie))).toBe('OIDC_FLOW_UNKNOWN');
  const late = await begin();
  service.clock.ahead = 10 * 60_000;
  expect(codeOf(await post('/oidc/finish', { parameters: 'code=x&state=y' }, late.cookie))).toBe(
    'OIDC_FLOW_UNKNOWN',
  );
});

test('a code of another nonce, a mixed-up issuer and a refusal of the provider are refused', async () => {
  const one = await begin();
  const query = new URLSearchParams(await signInAtProvider(one.url, 'sub-6'));
  query.set('iss', 'https://evil.example');
  expect(codeOf(await post('/oidc/finish', { parameters: query.toString() }, one.cookie))).toBe(
    'OIDC_REFUSED',
  );
  const two = await begin();
  const tampered = new URL(two.url);
  tampered.searchParams.set('nonce', 'n'.repeat(43));
  const other = await signInAtProvider(tampered.href, 'sub-6');
  expect(codeOf(await post('/oidc/finish', { parameters: other }, two.cookie))).toBe('OIDC_REFUSED');
  const three = await begin();
  const state = new URL(three.url).searchParams.get('state') ?? '';
  const denied = new URLSearchParams({ error: 'access_denied', state, iss: issuer }).toString();
  expect(codeOf(await post('/oidc/finish', { parameters: denied }, three.cookie))).toBe('OIDC_REFUSED');
});

test('a provider that is away, or names another issuer, signs nobody in; without one there is none', async () => {
  const settings = { ...idp, name: 'x' };
  const client = (at: string) => createOidcClient({ ...settings, issuer: at });
  const code = (at: string) =>
    client(at)
      .begin(redirectUri)
      .then(
        () => 'begun',
        (error: { code?: string }) => error.code,
      );
  expect(await code(issuer)).toBe('begun');
  expect(await code('http://127.0.0.1:9')).toBe('OIDC_UNAVAILABLE');
  expect(await code(issuer.replace('127.0.0.1', 'localhost'))).toBe('OIDC_UNAVAILABLE');
  const without = await openTestApp();
  const answer = await without.app.inject({
    method: 'POST',
    url: '/api/v1/oidc/begin',
    payload: {},
    headers: { host },
  });
  expect(answer.json()).toMatchObject({ error: { code: 'OIDC_NOT_CONFIGURED' } });
  await without.close();
});

test('an administrator who signs in at the provider is one: no new invitation at the next start', async () => {
  const { user, invitation } = await invited('administrator');
  await through('sub-7', invitation);
  const rows = await service.database
    .selectFrom('users')
    .select('id')
    .where('role', '=', 'administrator')
    .where('id', '!=', user.id)
    .execute();
  for (const { id } of rows) await service.intake.store.users.change(id, { disabledAt: 1 }, 1);
  expect(await service.intake.store.users.hasAdministrator('operator')).toBe(true);
});
