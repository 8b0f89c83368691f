import * as v from 'valibot';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EXTENSION_ORIGIN } from '#shared/api/extension-id';
import { healthAnswer, timeAnswer } from '#shared/api/schemas';
import { openTestApp, type TestApp } from './testing/open-test-app.ts';

let service: TestApp;
beforeAll(async () => {
  service = await openTestApp();
});
afterAll(() => service.close());

const get = (headers: Record<string, string>, url = '/api/v1/time') => service.app.inject({ url, headers });

test.each(['127.0.0.1:8787', 'localhost', '[::1]:9', 'LOCALHOST:1', 'evidence.example'])(
  'answers under its name %s',
  async (host) => {
    expect((await get({ host })).statusCode).toBe(200);
  },
);

test.each(['rebound.example:8787', '127.0.0.1.example', 'localhost.', '10.0.0.1'])(
  'refuses the name "%s"',
  async (host) => {
    for (const url of ['/api/v1/time', '/health', '/nowhere']) {
      const answer = await get({ host }, url);
      expect(answer.statusCode).toBe(421);
      expect(answer.json()).toMatchObject({ error: { code: 'HOST_REFUSED', entry: 'host' } });
    }
  },
);

test('takes its own origin, the extension and configured ones, and answers those with CORS headers', async () => {
  const host = '127.0.0.1:8787';
  const own = await get({ host, origin: `http://${host}` });
  expect(own.statusCode).toBe(200);
  expect(own.headers).not.toHaveProperty('access-control-allow-origin');
  for (const origin of [EXTENSION_ORIGIN, 'https://portal.example']) {
    const answer = await get({ host, origin });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['access-control-allow-origin']).toBe(origin);
    expect(answer.headers['access-control-expose-headers']).toContain('upload-offset');
  }
});

test.each([
  'https://elsewhere.example',
  'null',
  'http://127.0.0.1:8788',
  'https://127.0.0.1:8787',
  'chrome-extension://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
])('refuses the origin %s', async (origin) => {
  const answer = await get({ host: '127.0.0.1:8787', origin });
  expect(answer.statusCode).toBe(403);
  expect(answer.json()).toMatchObject({ error: { code: 'ORIGIN_REFUSED' } });
  expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
});

test('answers preflights of the extension, tus headers included, and nobody else', async () => {
  const ask = (origin: string) =>
    service.app.inject({
      method: 'OPTIONS',
      url: '/api/v1/uploads/x',
      headers: {
        host: '127.0.0.1:8787',
        origin,
        'access-control-request-method': 'PATCH',
        'access-control-request-private-network': 'true',
      },
    });
  const answer = await ask(EXTENSION_ORIGIN);
  expect(answer.statusCode).toBe(204);
  expect(answer.headers).toMatchObject({
    'access-control-allow-origin': EXTENSION_ORIGIN,
    'access-control-allow-private-network': 'true',
  });
  expect(answer.headers['access-control-allow-methods']).toContain('PATCH');
  for (const name of ['tus-resumable', 'upload-offset', 'upload-metadata', 'authorization'])
    expect(answer.headers['access-control-allow-headers']).toContain(name);
  expect((await ask('https://elsewhere.example')).statusCode).toBe(403);
});

test('unknown routes, malformed and oversized bodies have codes', async () => {
  const post = (payload: string, type = 'application/json') =>
    service.app.inject({
      method: 'POST',
      url: '/api/v1/pairing',
      payload,
      headers: { 'content-type': type },
    });
  expect((await get({}, '/api/v1/nothing')).json()).toMatchObject({ error: { code: 'ROUTE_UNKNOWN' } });
  const malformed = await post('{');
  expect(malformed.statusCode).toBe(400);
  expect(malformed.json()).toMatchObject({ error: { code: 'REQUEST_MALFORMED' } });
  expect((await post(' '.repeat(70_000))).json()).toMatchObject({ error: { code: 'BODY_TOO_LARGE' } });
  expect((await post('a=1', 'text/csv')).json()).toMatchObject({ error: { code: 'MEDIA_TYPE_UNSUPPORTED' } });
  const number = await post(JSON.stringify({ code: 12345678, publicKey: '', name: 'x', signature: '' }));
  expect(number.json()).toMatchObject({ error: { code: 'REQUEST_MALFORMED', entry: 'code' } });
  const extra = { code: 'ABCDEFGH', publicKey: '', name: 'x', signature: '', more: 1 };
  expect((await post(JSON.stringify(extra))).json()).toMatchObject({ error: { entry: 'more' } });
});

test('an unforeseen fault is 500 with a log id and no detail', async () => {
  const broken = await openTestApp();
  Object.assign(broken.intake, {
    now: () => {
      throw new Error('secret path /root/x');
    },
  });
  const answer = await broken.app.inject('/api/v1/time');
  expect(answer.statusCode).toBe(500);
  expect(answer.body).not.toContain('secret');
  expect(answer.json().error.message).toMatch(/^internal error, log id [0-9a-f-]{36}$/);
  await broken.close();
});

test('health, readiness, trust file, CRL and log are public', async () => {
  expect(v.parse(healthAnswer, (await get({}, '/health')).json()).version).toBe('0.0.0');
  expect(v.parse(timeAnswer, (await get({})).json()).now).toMatch(/Z$/);
  expect((await get({}, '/ready')).statusCode).toBe(200);
  expect((await get({}, '/trust')).body).toBe(`${service.log.vkey}\n`);
  expect((await get({}, '/crl')).headers['content-type']).toBe('application/pkix-crl');
  await service.log.append(new Uint8Array([1]));
  expect((await get({}, '/api/v1/log/checkpoint')).body).toBe(service.log.checkpoint());
  const tile = await get({}, '/api/v1/log/tile/0/000.p/1');
  expect(tile.rawPayload.length).toBe(32);
  for (const path of ['tile/0/000.p/2', 'tile/9/../../log.key', 'tile/x'])
    expect((await get({}, `/api/v1/log/${path}`)).statusCode, path).toBe(404);
});
