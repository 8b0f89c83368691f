import fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Role, roles, scopes } from '#shared/api/people';
import { createDeviceClient } from '../../test/fixtures/device-client.ts';
import { hashToken, randomToken } from '../identity/secret-hash.ts';
import type { User } from '../store/users.ts';
import { authorisationTable, type Rule } from './authorisation-table.ts';
import { authorise, registeredRoutes } from './authorise.ts';
import { openTestApp, type TestApp } from './testing/open-test-app.ts';
import { addOrganisation, addUser, browserOf } from './testing/people.ts';

/** Codes with which the edge refuses before a route is reached. */
const refusals = [
  'CREDENTIALS_MISSING',
  'SESSION_UNKNOWN',
  'ROLE_FORBIDDEN',
  'SCOPE_MISSING',
  'DEVICE_REVOKED',
  'DEVICE_SUSPENDED',
  'CSRF_REFUSED',
];
type Headers = Record<string, string>;

let service: TestApp;
let url = '';
const people: Partial<Record<Role, User>> = {};
const strangers: Partial<Record<Role, User>> = {};
/** Of an office the case is shared with. */
let officeNotary: User;
/** Ids for `:id`, of the operating organisation. */
const ids: Record<string, string> = {};

beforeAll(async () => {
  service = await openTestApp();
  url = await service.listen();
  const other = await addOrganisation(service);
  for (const role of roles) {
    people[role] = await addUser(service, role);
    strangers[role] = await addUser(service, role, other);
  }
  const { device, id } = await pairedDevice();
  const row = { id: 'EVD-AAAAAAAAAAAAAAAA', device: id, sha256: 'a'.repeat(64), bytes: 1, upload: 'u' };
  await service.intake.store.packages.receive({ ...row, receivedAt: 1 });
  const known = { id: 'case-1', organisation: 'operator', number: 'n', title: '', category: null };
  const texts = { cause: '', source: '', legalBasis: '', operators: '[]', retainUntil: null, hold: null };
  await service.intake.store.cases.add({ ...known, ...texts, version: 1, createdAt: 1, createdBy: id });
  const office = await addOrganisation(service, 'notary-office');
  officeNotary = await addUser(service, 'notary', office);
  await service.intake.store.cases.share(known.id, office, 1);
  Object.assign(ids, {
    case: known.id,
    package: row.id,
    device: id,
    user: (await addUser(service, 'investigator')).id,
  });
  expect(device).toBeDefined();
});
afterAll(() => service.close());

async function pairedDevice() {
  const client = createDeviceClient(url);
  await client.pair(await service.pairingCode());
  await client.signIn();
  return { device: client, id: client.device.id, headers: { authorization: `Bearer ${client.token}` } };
}
const cookies = async (user: User): Promise<Headers> => {
  const { cookie, csrf } = await browserOf(service, user);
  return { cookie, 'x-csrf-token': csrf };
};
async function tokenOf(
  user: User,
  more: { scopes?: readonly string[]; expiresAt?: number; revoked?: boolean },
) {
  const token = `tiezheng_${randomToken()}`;
  const now = Date.now();
  await service.intake.store.apiTokens.add({
    id: hashToken(token).slice(0, 20),
    tokenHash: hashToken(token),
    user: user.id,
    name: 'x',
    scopes: JSON.stringify(more.scopes ?? scopes),
    createdAt: now,
    expiresAt: more.expiresAt ?? now + 60_000,
    revokedAt: more.revoked === true ? now : null,
  });
  return { authorization: `Bearer ${token}` };
}
async function ask(route: string, headers: Headers, id?: string): Promise<{ status: number; code: string }> {
  const [method = '', pattern = ''] = route.split(' ');
  const answer = await service.app.inject({
    method: method as 'GET',
    url: pattern
      .replace(':id', id ?? 'nothing')
      .replace(':office', 'nothing')
      .replace('*', 'x'),
    headers,
  });
  let code = '';
  try {
    code = answer.json().error?.code ?? '';
  } catch {
    // not JSON: an answer of a route
  }
  return { status: answer.statusCode, code };
}

const routes = Object.entries(authorisationTable);
/** Answers to HEAD carry no code; they are judged by their status further down. */
const closed = routes.filter(([route, rule]) => !rule.allow.includes('anyone') && !route.startsWith('HEAD '));
const idFor = (rule: Rule) => (rule.subject === undefined ? undefined : ids[rule.subject]);

test('every registered route has a rule, every rule a route', () => {
  const registered = registeredRoutes(service.app).map(({ method, url: pattern }) => `${method} ${pattern}`);
  expect(registered.length).toBeGreaterThan(routes.length);
  for (const route of registered)
    expect(
      authorisationTable[route] ?? authorisationTable[route.replace(/^HEAD/, 'GET')],
      route,
    ).toBeDefined();
  for (const [route] of routes) expect(registered).toContain(route);
});

test('a route without a rule stops the start', async () => {
  const app = fastify();
  authorise(app, {} as never);
  expect(() => app.get('/api/v1/forgotten', async () => 'x')).toThrow(/not in the authorisation table/);
  await app.close();
});

test('who only reads changes nothing but what is their own', () => {
  for (const [route, { allow }] of closed) {
    if (/^(?:GET|HEAD) /.test(route) || route.includes('/me') || route.includes('sign-out')) continue;
    expect(allow, route).not.toContain('auditor');
    expect(allow, route).not.toContain('notary');
    expect(allow, route).not.toContain('suspended-device');
  }
  for (const [route, { allow }] of closed)
    if (/\/(?:users|organisations)/.test(route) && !route.startsWith('GET'))
      expect([...allow].sort(), route).toEqual(['administrator', 'system']);
});

describe('open to anyone', () => {
  const open = routes.filter(([, rule]) => rule.allow.includes('anyone')).map(([route]) => route);
  test.each(open)('%s', async (route) => {
    for (const headers of [{}, { authorization: 'Bearer x' }]) {
      const { status, code } = await ask(route, headers);
      expect(refusals).not.toContain(code);
      // The pages are built by the set-up, which unit tests do without.
      expect(status, code).toBeLessThan(code === 'PAGES_NOT_BUILT' ? 504 : 501);
    }
  });
});

describe('people', () => {
  test.each(closed)('%s: sessions and tokens of every role', async (route, rule) => {
    for (const role of roles) {
      const mine = await ask(route, await cookies(people[role]!), idFor(rule));
      if (!rule.allow.includes(role)) expect(mine, role).toEqual({ status: 403, code: 'ROLE_FORBIDDEN' });
      else expect(refusals, `${role}: ${mine.code}`).not.toContain(mine.code);

      const token = await ask(route, await tokenOf(people[role]!, {}), idFor(rule));
      if (!rule.allow.includes(role)) expect(token.code, role).toBe('ROLE_FORBIDDEN');
      else if (rule.scope === undefined) expect(token.code, role).toBe('SCOPE_MISSING');
      else expect(refusals, `${role}: ${token.code}`).not.toContain(token.code);
    }
  });

  test.each(closed)('%s: ended credentials', async (route, rule) => {
    const role = roles.find((candidate) => rule.allow.includes(candidate)) ?? 'administrator';
    const user = await addUser(service, role);
    const session = await cookies(user);
    const noCsrf = { cookie: session.cookie! };
    const refused = async (headers: Headers) => (await ask(route, headers, idFor(rule))).code;
    expect(await refused({})).toBe('CREDENTIALS_MISSING');
    expect(await refused({ authorization: `Bearer ${randomToken()}` })).toBe('SESSION_UNKNOWN');
    expect(await refused(await tokenOf(user, { expiresAt: Date.now() - 1 }))).toBe('SESSION_UNKNOWN');
    expect(await refused(await tokenOf(user, { revoked: true }))).toBe('SESSION_UNKNOWN');
    if (!/^(?:GET|HEAD) /.test(route)) expect(await refused(noCsrf)).toBe('CSRF_REFUSED');
    const wrongScopes = scopes.filter((scope) => scope !== rule.scope);
    const narrow = await refused(await tokenOf(user, { scopes: wrongScopes }));
    expect(['SCOPE_MISSING', 'ROLE_FORBIDDEN']).toContain(narrow);
    service.clock.ahead = 61 * 60_000;
    expect(await refused(session)).toBe('SESSION_UNKNOWN');
    service.clock.ahead = 0;
    await service.intake.store.users.change(user.id, { disabledAt: 1 }, 1);
    expect(await refused(session)).toBe('SESSION_UNKNOWN');
    expect(await refused(await tokenOf(user, {}))).toBe('SESSION_UNKNOWN');
  });

  const withSubject = closed.filter(([, rule]) => rule.subject !== undefined);
  test.each(withSubject)('%s: of another organisation is as unknown as nothing', async (route, rule) => {
    for (const role of roles.filter((candidate) => rule.allow.includes(candidate))) {
      const foreign = await ask(route, await cookies(strangers[role]!), idFor(rule));
      const nothing = await ask(route, await cookies(strangers[role]!), 'nothing');
      expect(foreign.status, role).toBe(404);
      expect(foreign, role).toEqual(nothing);
      const token = await ask(route, await tokenOf(strangers[role]!, {}), idFor(rule));
      expect([404, 403], role).toContain(token.status);
      const own = await ask(route, await cookies(people[role]!), idFor(rule));
      if (role === 'notary') {
        // Belonging to the owner gives a notary nothing; being of an office it is shared with does.
        expect(own, role).toEqual(await ask(route, await cookies(people[role]!), 'nothing'));
        if (rule.subject !== 'case') continue;
        const assigned = await ask(route, await cookies(officeNotary), idFor(rule));
        expect(refusals, assigned.code).not.toContain(assigned.code);
        expect(assigned.status, route).not.toBe(404);
      } else expect(own.code, role).not.toMatch(/^(?:PACKAGE|CASE|DEVICE|USER)_UNKNOWN$/);
    }
  });

  const forOperator = closed.filter(([, rule]) => rule.operator === true);
  test.each(forOperator)('%s: only for the operating organisation', async (route) => {
    expect((await ask(route, await cookies(strangers.administrator!))).code).toBe('ROLE_FORBIDDEN');
    expect((await ask(route, await cookies(people.administrator!))).code).toBe('REQUEST_MALFORMED');
  });
});

test('HEAD is refused as GET is', async () => {
  for (const { method, url: pattern } of registeredRoutes(service.app)) {
    const rule = authorisationTable[`HEAD ${pattern}`] ?? authorisationTable[`GET ${pattern}`];
    if (method !== 'HEAD' || rule?.allow.includes('anyone')) continue;
    const route = `HEAD ${pattern}`;
    expect((await ask(route, {})).status, route).toBe(401);
    for (const role of roles)
      if (!rule?.allow.includes(role))
        expect((await ask(route, await cookies(people[role]!))).status, `${route} ${role}`).toBe(403);
  }
});

describe('devices and the operator', () => {
  test('every route in every standing', async () => {
    const { headers, id } = await pairedDevice();
    const other = await pairedDevice();
    const standings = {
      device: 'ROLE_FORBIDDEN',
      'suspended-device': 'DEVICE_SUSPENDED',
      'revoked-device': 'DEVICE_REVOKED',
    } as const;
    const system = { authorization: `Bearer ${service.adminToken}` };
    for (const [route, rule] of closed) {
      const { code } = await ask(route, system, idFor(rule));
      if (rule.allow.includes('system')) expect(refusals, `${route} ${code}`).not.toContain(code);
      else expect(code, route).toBe('ROLE_FORBIDDEN');
    }
    for (const [standing, refusal] of Object.entries(standings)) {
      if (standing === 'suspended-device') await service.intake.store.devices.suspend(id, 'fork', 1);
      if (standing === 'revoked-device') await service.intake.store.devices.revoke(id, 1);
      for (const [route, rule] of closed) {
        const { status, code } = await ask(route, headers, idFor(rule));
        if (!rule.allow.includes(standing as keyof typeof standings)) expect(code, route).toBe(refusal);
        // The package is another device's.
        else if (rule.subject !== undefined) expect(status, route).toBe(404);
        else expect(refusals, `${standing} ${route} ${code}`).not.toContain(code);
      }
    }
    expect((await ask('GET /api/v1/cases', other.headers)).status).toBe(200);
    // A device's session ends after an hour, whatever the route.
    service.clock.ahead = 60 * 60_000;
    for (const [route, rule] of closed)
      expect((await ask(route, other.headers, idFor(rule))).code, route).toBe('SESSION_UNKNOWN');
    service.clock.ahead = 0;
  });
});
