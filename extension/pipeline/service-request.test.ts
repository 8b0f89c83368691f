import * as v from 'valibot';
import { expect, test } from 'vitest';
import { errorCodes } from '#shared/view/error-code';
import { navigationFailure } from '../host/navigation-failure.ts';
import { browserOf } from './browser-of.ts';
import { measureClock } from './measure-clock.ts';
import { serviceOrigin } from './pair-device.ts';
import { PipelineError, wireError } from './pipeline-error.ts';
import { tabObstacle } from './precheck.ts';
import { requestService } from './service-request.ts';

const answering =
  (status: number, body: string): typeof fetch =>
  async () =>
    new Response(body, { status });
const ask = (fetchFrom: typeof fetch) =>
  requestService(
    'http://127.0.0.1:1',
    { method: 'GET', path: '/x', answer: v.strictObject({ a: v.number() }) },
    fetchFrom,
  );
const refusal = (code: string) => JSON.stringify({ error: { code, message: 'm' } });

test('an answer of the promised shape is returned', async () => {
  expect(await ask(answering(200, '{"a":1}'))).toEqual({ a: 1 });
});

test.each([
  ['no connection', () => Promise.reject(new TypeError('Failed to fetch')), 'SERVICE_UNREACHABLE'],
  ['another shape', answering(200, '{"a":"1"}'), 'SERVICE_ANSWER_MALFORMED'],
  ['a page instead of JSON', answering(200, '<html>'), 'SERVICE_ANSWER_MALFORMED'],
  ['a proxy in front of a dead service', answering(502, '<html>bad gateway'), 'SERVICE_UNREACHABLE'],
  ['a wrong code', answering(403, refusal('PAIRING_CODE_WRONG')), 'PAIRING_CODE_WRONG'],
  ['a used code', answering(410, refusal('PAIRING_CODE_USED')), 'PAIRING_CODE_WRONG'],
  ['too many tries', answering(429, refusal('RATE_LIMITED')), 'PAIRING_LOCKED'],
  ['a revoked device', answering(403, refusal('DEVICE_REVOKED')), 'DEVICE_NOT_ACCEPTED'],
  [
    'a time-stamp authority that is away',
    answering(503, refusal('TIME_STAMP_FAILED')),
    'SERVICE_UNREACHABLE',
  ],
  ['any other refusal', answering(409, refusal('JOURNAL_FORK')), 'SERVICE_REFUSED'],
] as [string, typeof fetch, string][])('%s', async (_, fetchFrom, code) => {
  await expect(ask(fetchFrom)).rejects.toMatchObject({ code });
});

test('the clock offset takes half the round trip off', async () => {
  const readings = [0, 100];
  const clock = {
    now: () => 1_000_250,
    mono: () => readings.shift() ?? 0,
    step: () => 0,
    context: '',
    salt: () => '',
  };
  const slow = answering(200, JSON.stringify({ now: new Date(1_000_000).toISOString() }));
  expect(await measureClock('http://127.0.0.1:1', clock, slow)).toEqual({ clockOffset: 200, roundTrip: 100 });
});

test.each([
  ['https://seal.example:8443/path', 'https://seal.example:8443'],
  [' http://127.0.0.1:8787 ', 'http://127.0.0.1:8787'],
  ['http://localhost:1/', 'http://localhost:1'],
])('%s may be paired with', (text, origin) => expect(serviceOrigin(text)).toBe(origin));

test.each(['http://seal.example', 'http://127.0.0.1.example', 'ftp://127.0.0.1', 'file:///etc', 'seal', ''])(
  '%s may not be paired with',
  (text) =>
    expect(() => serviceOrigin(text)).toThrowError(expect.objectContaining({ code: 'ORIGIN_NOT_ALLOWED' })),
);

test.each([
  ['net::ERR_NAME_NOT_RESOLVED', 'HOST_UNREACHABLE'],
  ['net::ERR_CONNECTION_REFUSED', 'HOST_UNREACHABLE'],
  ['net::ERR_CERT_AUTHORITY_INVALID', 'CERTIFICATE_ERROR'],
  ['net::ERR_SSL_PROTOCOL_ERROR', 'CERTIFICATE_ERROR'],
])('%s is %s', (error, code) => expect(navigationFailure({ url: 'u', error }).code).toBe(code));

test.each([
  ['https://a.example/', true, true],
  ['data:text/html,x', true, true],
  ['file:///home/x.html', true, false],
  ['chrome://settings/', false, false],
  ['chrome-extension://abc/panel.html', false, false],
  ['https://chromewebstore.google.com/detail/x', false, false],
  ['about:blank', false, false],
  ['', false, false],
])('%s', async (url, withFiles, withoutFiles) => {
  for (const [files, capturable] of [
    [true, withFiles],
    [false, withoutFiles],
  ] as const) {
    const host = { mayReadFiles: async () => files };
    const obstacle = await tabObstacle({ host } as Parameters<typeof tabObstacle>[0], { url });
    expect(obstacle === undefined).toBe(capturable);
  }
});

test('whatever is thrown has a code a person is shown', () => {
  class DexieAbort extends Error {
    inner = Object.assign(new Error('full'), { name: 'QuotaExceededError' });
  }
  expect(wireError(new DexieAbort('aborted')).code).toBe('QUOTA_EXCEEDED');
  expect(wireError(new PipelineError('TAB_BUSY', 'm', { entry: '1' }))).toEqual({
    code: 'TAB_BUSY',
    message: 'm',
    entry: '1',
  });
  for (const thrown of [new Error('x'), 'text', undefined, new TypeError('y')])
    expect(errorCodes).toContain(wireError(thrown).code);
});

test('the browser is named as its user agent names it', () => {
  expect(browserOf('Mozilla/5.0 (X11) AppleWebKit/537.36 HeadlessChrome/156.0.0.0 Safari/537.36')).toEqual({
    name: 'HeadlessChrome',
    version: '156.0.0.0',
  });
  expect(browserOf('Mozilla/5.0 Chrome/156.0.0.0 Safari/537.36 Edg/156.0.1.0')).toEqual({
    name: 'Edg',
    version: '156.0.1.0',
  });
});
