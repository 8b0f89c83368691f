import * as v from 'valibot';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDeviceClient, type DeviceClient } from '../../test/fixtures/device-client.ts';
import { registeredRoutes } from './authorise.ts';
import { openApiPath } from './openapi.ts';
import { operations } from './operations.ts';
import { openTestApp, type TestApp } from './testing/open-test-app.ts';
import { addUser, browserOf } from './testing/people.ts';

let service: TestApp;
let client: DeviceClient;
let url = '';
interface Document {
  openapi: string;
  paths: Record<
    string,
    Record<string, { requestBody?: { content: Record<string, { schema: object }> }; responses: object }>
  >;
}
let document: Document;

beforeAll(async () => {
  service = await openTestApp();
  url = await service.listen();
  client = createDeviceClient(url);
  await client.pair(await service.pairingCode());
  await client.signIn();
  document = (await (await fetch(`${url}/api/v1/openapi.json`)).json()) as Document;
});
afterAll(() => service.close());

test('the document describes every route there is, and no other', () => {
  expect(document.openapi).toBe('3.1.0');
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const registered = registeredRoutes(service.app)
    .map(({ method, url: pattern }) => `${method} ${openApiPath(pattern)}`)
    // GET stands for HEAD too, save where only HEAD is there.
    .filter((route) => !route.startsWith('HEAD ') || route.includes('/uploads/'));
  expect(described.sort()).toEqual([...new Set(registered)].sort());
  expect(Object.keys(operations)).toHaveLength(described.length);
});

test('a body schema says what the route demands', () => {
  const { schema } = document.paths['/api/v1/pairing']!.post!.requestBody!.content['application/json']!;
  expect(schema).toMatchObject({
    type: 'object',
    additionalProperties: false,
    required: ['code', 'publicKey', 'name', 'signature'],
    properties: { code: { type: 'string', pattern: '^[A-Z2-9]{8}$' } },
  });
  expect(JSON.stringify(document)).not.toContain('$schema');
});

test('routes refuse what is not their described body', async () => {
  const { cookie, csrf } = await browserOf(service, await addUser(service, 'investigator'));
  let asked = 0;
  for (const [route, { body }] of Object.entries(operations)) {
    const [method = '', path = ''] = route.split(' ');
    if (body === undefined || path.includes(':') || v.is(body, {})) continue;
    for (const headers of [
      { authorization: `Bearer ${client.token}` },
      { cookie, 'x-csrf-token': csrf },
      { authorization: `Bearer ${service.adminToken}` },
    ]) {
      const answer = await service.app.inject({ method: method as 'POST', url: path, headers, payload: {} });
      const { code } = answer.json<{ error: { code: string } }>().error;
      if (code === 'ROLE_FORBIDDEN') continue;
      if (code === 'RATE_LIMITED') continue;
      expect([route, code]).toEqual([route, 'REQUEST_MALFORMED']);
      asked += 1;
    }
  }
  expect(asked).toBeGreaterThan(12);
});

test('answers are what the document says', async () => {
  await client.json('/cases', { number: '1', title: '' });
  const bytes = new Uint8Array(30).fill(9);
  await client.upload({ bytes, captureId: `CAP-${client.device.id}-9` });
  const user = await addUser(service, 'administrator');
  const { cookie } = await browserOf(service, user);
  const callers = [
    { cookie },
    { authorization: `Bearer ${client.token}` },
    { authorization: `Bearer ${service.adminToken}` },
  ];
  const checked = new Set<string>();
  for (const [route, { answer: schema }] of Object.entries(operations)) {
    const [method, pattern = ''] = route.split(' ');
    if (method !== 'GET' || schema === undefined || pattern.includes('/cases/:id')) continue;
    const path = pattern.replace(':id', client.packageIdOf(bytes));
    for (const headers of callers) {
      const answer = await service.app.inject({ method: 'GET', url: path, headers });
      if (answer.statusCode !== 200) continue;
      expect([route, v.safeParse(schema, answer.json()).issues]).toEqual([route, undefined]);
      checked.add(route);
    }
  }
  expect([...checked]).toEqual(
    expect.arrayContaining([
      'GET /api/v1/users',
      'GET /api/v1/cases',
      'GET /api/v1/packages/:id',
      'GET /api/v1/audit',
    ]),
  );
});
