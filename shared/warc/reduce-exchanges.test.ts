import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bodyState } from './body-state.ts';
import type { EngineEvent } from './engine-event.ts';
import { ledgerOf } from './ledger-of.ts';
import { networkHar } from './network-har.ts';
import { reduceExchanges } from './reduce-exchanges.ts';
import { warcRecordsOf } from './warc-records-of.ts';

type Of<Type extends EngineEvent['type']> = Omit<
  Extract<EngineEvent, { type: Type }>,
  'type' | 'at' | 'mono'
>;
const at = { at: 1000, mono: 5 };
const sent = (request: string, more: Partial<Of<'request-sent'>> = {}): EngineEvent => ({
  ...at,
  type: 'request-sent',
  request,
  url: 'http://a.test/x',
  method: 'GET',
  resourceType: 'image',
  headers: [['Accept', '*/*']],
  target: 'page',
  wallTime: 900,
  hasBody: false,
  ...more,
});
const received = (request: string, more: Partial<Of<'response-received'>> = {}): EngineEvent => ({
  ...at,
  type: 'response-received',
  request,
  url: 'http://a.test/x',
  status: 200,
  statusText: 'OK',
  protocol: 'h2',
  mediaType: 'image/png',
  headers: [['content-type', 'image/png']],
  fromCache: false,
  fromServiceWorker: false,
  redirect: false,
  ...more,
});
const wire = (request: string, more: Partial<Of<'response-headers'>> = {}): EngineEvent => ({
  ...at,
  type: 'response-headers',
  request,
  status: 200,
  headers: [['Content-Type', 'image/png']],
  ...more,
});
const stored = (request: string): EngineEvent => ({
  ...at,
  type: 'body-stored',
  request,
  body: `body of ${request}`,
  bytes: 3,
  sha256: 'a'.repeat(64),
  fidelity: 'exact',
});
const finished = (request: string): EngineEvent => ({
  ...at,
  type: 'request-finished',
  request,
  encodedBytes: 3,
});
const failed = (request: string, more: Partial<Of<'request-failed'>> = {}): EngineEvent => ({
  ...at,
  type: 'request-failed',
  request,
  error: 'net::ERR_FAILED',
  cancelled: false,
  blocked: false,
  ...more,
});
const good = (request: string, more: Partial<Of<'request-sent'>> = {}) => [
  sent(request, more),
  received(request),
  stored(request),
  finished(request),
];
const ledger = (...events: EngineEvent[]) =>
  ledgerOf(reduceExchanges(events)).map(({ what, reason, detail }) => [what, reason, detail]);

test('a good exchange has no entry', () => {
  expect(ledger(...good('1'))).toEqual([]);
});

test('after revalidation the wire said 304, and the page got what the cache held', () => {
  const [exchange] = reduceExchanges([sent('1'), received('1'), wire('1', { status: 304, headers: [] })]);
  expect(exchange?.response).toMatchObject({ status: 200, source: 'cache', fidelity: 'reconstructed' });
  expect(exchange?.response?.headers).toEqual([['content-type', 'image/png']]);
});

test.each([
  [{ fromServiceWorker: true }, 'service-worker'],
  [{ fromCache: true }, 'cache'],
  [{}, 'network'],
])('the source of %o is told', (more, source) => {
  expect(reduceExchanges([sent('1'), received('1', more)])[0]?.response?.source).toBe(source);
});

test('an answer kept from the page still has its status and headers', () => {
  const text = 'HTTP/1.1 403 Keep out\r\nContent-Type: text/html; charset=utf-8\r\n\r\n';
  const headers = [['Content-Type', 'text/html; charset=utf-8']] as const;
  const [exchange] = reduceExchanges([sent('1'), wire('1', { status: 403, headers, text }), failed('1')]);
  expect(exchange?.response).toMatchObject({
    status: 403,
    statusText: 'Keep out',
    mediaType: 'text/html',
    fidelity: 'raw',
  });
});

test('events of an id of which no URL was seen yield nothing', () => {
  expect(reduceExchanges([wire('1'), stored('1'), finished('1')])).toEqual([]);
});

test('a response to a request from before the capture is an exchange without its request', () => {
  const exchanges = reduceExchanges([received('1'), finished('1'), stored('1')]);
  expect(exchanges[0]?.requestSeen).toBe(false);
  const types = [...warcRecordsOf(exchanges, { createdAt: 0, warcinfo: {} })].map(({ type }) => type);
  expect(types).toEqual(['warcinfo', 'response']);
});

test('each cause without a good body has its reason', () => {
  const cause = (...events: EngineEvent[]) => ledger(sent('1'), ...events)[0]?.slice(1);
  expect(cause(received('1', { status: 503 }), stored('1'), finished('1'))).toEqual(['http-status', '503']);
  expect(cause(received('1', { status: 404 }), finished('1'))).toEqual([
    'http-status',
    '404, body not stored',
  ]);
  expect(cause(failed('1'))).toEqual(['request-failed', 'net::ERR_FAILED']);
  expect(cause(failed('1', { cancelled: true }))?.[0]).toBe('cancelled');
  expect(cause(failed('1', { blocked: true }))?.[0]).toBe('blocked');
  expect(cause()).toEqual(['still-loading', 'no answer yet']);
  expect(cause(received('1'))).toEqual(['still-loading', 'body incomplete']);
  expect(cause(received('1'), finished('1'))).toEqual(['body-failed', 'the engine gave no body']);
  const omission = { what: 'resource', reason: 'body-evicted', detail: 'gone' } as const;
  expect(cause(received('1'), finished('1'), { ...at, type: 'omission', request: '1', omission })).toEqual([
    'body-evicted',
    'gone',
  ]);
});

test('one entry for each URL and cause, however often it was asked for', () => {
  const events = ['1', '2', '3'].flatMap((id) => [
    sent(id),
    received(id, { status: 404 }),
    stored(id),
    finished(id),
  ]);
  expect(ledger(...events)).toEqual([['resource', 'http-status', '404; 3 requests']]);
});

test('a request that came to nothing has no entry when the same one was answered well', () => {
  expect(ledger(sent('1'), failed('1', { cancelled: true }), ...good('2'))).toEqual([]);
  expect(ledger(sent('1'), failed('1'), ...good('2', { method: 'POST' }))).toHaveLength(1);
  expect(
    ledger(sent('1'), received('1', { status: 500 }), stored('1'), finished('1'), ...good('2')),
  ).toHaveLength(1);
});

test('answers that have no body by their kind lack none', () => {
  const state = (status: number, more: Partial<Of<'request-sent'>> = {}, headers: [string, string][] = []) =>
    bodyState(reduceExchanges([sent('1', more), received('1', { status, headers }), finished('1')])[0]!);
  expect([state(204), state(304), state(200, { method: 'HEAD' })]).toEqual(['none', 'none', 'none']);
  expect(state(200, { resourceType: 'preflight' })).toBe('none');
  expect(state(200, {}, [['Content-Length', '0']])).toBe('none');
  expect(state(200)).toBe('missing');
});

test('a body that is missing is marked as truncated, a failure has a metadata record', () => {
  const records = (...events: EngineEvent[]) => [
    ...warcRecordsOf(reduceExchanges(events), { createdAt: 0, warcinfo: {} }),
  ];
  const [, , response] = records(sent('1'), received('1'), finished('1'));
  expect(response?.fields).toContainEqual(['WARC-Truncated', 'unspecified']);
  expect(response?.fields).toContainEqual(['X-Evidence-Body', 'missing']);
  const [, request, failure] = records(sent('1'), failed('1'));
  expect([request?.type, failure?.type, failure?.concurrentToPrevious]).toEqual([
    'request',
    'metadata',
    true,
  ]);
});

test('what a script made or an extension gave is a resource record, not HTTP', () => {
  const url = 'blob:http://a.test/1';
  const exchanges = reduceExchanges([sent('1', { url }), received('1', { url }), stored('1'), finished('1')]);
  const records = [...warcRecordsOf(exchanges, { createdAt: 0, warcinfo: {} })];
  expect(records.map(({ type, head }) => [type, head])).toEqual([
    ['warcinfo', undefined],
    ['resource', undefined],
  ]);
});

test('HAR has what HAR 1.2 requires for an exchange without an answer', () => {
  const har = networkHar(reduceExchanges([sent('1'), failed('1')]), {
    creator: { name: 'test', version: '1' },
    browser: { name: 'test', version: '1' },
    page: { id: 'p', title: '', startedAt: 0 },
  });
  const [entry] = har.log.entries;
  expect(entry).toMatchObject({ startedDateTime: '1970-01-01T00:00:00.900Z', time: 0, _outcome: 'failed' });
  expect(entry?.response).toMatchObject({ status: 0, headers: [], headersSize: -1, bodySize: -1 });
  expect(entry?.timings).toMatchObject({ send: 0, wait: 0, receive: 0, dns: -1 });
});

test('every exchange is in the WARC and in the HAR, whatever became of it', () => {
  const any = fc.array(
    fc.record({
      request: fc.constantFrom('1#0', '1#1', '2#0', '3#0'),
      make: fc.constantFrom(sent, received, wire, stored, finished, failed),
    }),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(any, (list) => {
      const exchanges = reduceExchanges(list.map(({ make, request }) => make(request)));
      const urls = new Set(
        list.filter(({ make }) => make === sent || make === received).map(({ request }) => request),
      );
      expect(exchanges.map(({ id }) => id).sort()).toEqual([...urls].sort());
      const records = [...warcRecordsOf(exchanges, { createdAt: 0, warcinfo: {} })];
      const named = new Set(
        records
          .flatMap(({ fields }) => fields ?? [])
          .flatMap(([name, value]) => (name === 'X-Evidence-Exchange' ? [value] : [])),
      );
      expect(named).toEqual(urls);
      for (const exchange of exchanges) {
        const isGood = exchange.outcome === 'complete' && exchange.body !== undefined;
        expect(ledgerOf([exchange])).toHaveLength(isGood ? 0 : 1);
      }
    }),
  );
});
