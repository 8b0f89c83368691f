import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { nodePorts } from '../../server/store/node-ports.ts';
import { nodeDeflater } from '../../test/fixtures/node-deflater.ts';
import { fromBase64 } from '../lib/base64.ts';
import { sha256Hex } from '../lib/sha256.ts';
import { fromUtf8 } from '../lib/utf8.ts';
import type { EngineEvent } from './engine-event.ts';
import { ledgerOf } from './ledger-of.ts';
import { networkHar } from './network-har.ts';
import { redactExchanges } from './redact-exchanges.ts';
import { reduceExchanges } from './reduce-exchanges.ts';
import { warcRecordsOf } from './warc-records-of.ts';
import { writeWarc } from './warc-writer.ts';

interface Recorded {
  readonly bodies: Record<string, string>;
  readonly events: EngineEvent[];
}

const directory = new URL('../../test/fixtures/events/', import.meta.url);
const recorded = (name: string): Recorded =>
  JSON.parse(readFileSync(new URL(`${name}.json`, directory), 'utf8')) as Recorded;
const { events, bodies } = recorded('exchanges');
const salts = (n: number) => new Uint8Array(32).fill(n);
const context = {
  creator: { name: 'test', version: '1' },
  browser: { name: 'Chromium', version: '156' },
  page: { id: 'page', title: '往来', startedAt: 0 },
};
const reduce = (list: EngineEvent[]) => {
  const exchanges = reduceExchanges(list);
  const { exchanges: printed, redactions } = redactExchanges(exchanges, salts);
  const plans = [...warcRecordsOf(printed, { createdAt: 0, warcinfo: { software: 'test' } })];
  return { redactions, plans, har: networkHar(printed, context), ledger: ledgerOf(exchanges) };
};
const one = (path: string) => {
  const found = reduceExchanges(events).filter(({ url }) => url.endsWith(path));
  expect(found).toHaveLength(1);
  return found[0]!;
};

test.each(['exchanges', 'exchanges-with-request-bodies'])(
  'recorded events of %s give the same WARC plans, HAR, ledger and redactions',
  async (name) => {
    const { plans, har, ledger, redactions } = reduce(recorded(name).events);
    const printable = plans.map(({ body, ...plan }) => ({
      ...plan,
      body: 'bytes' in body ? fromUtf8(body.bytes) : body,
    }));
    const text = `${JSON.stringify({ ledger, redactions, records: printable, har }, undefined, 1)}\n`;
    await expect(text).toMatchFileSnapshot(new URL(`${name}.reduced.json`, directory).pathname);
  },
);

test('nothing depends on the order in which the events of a request arrive', () => {
  const backwards = [...events]
    .reverse()
    .sort((a, b) => Number(a.type === 'websocket-frame') - Number(b.type === 'websocket-frame'));
  const byId = (list: EngineEvent[]) =>
    new Map(
      reduceExchanges(list).map((exchange) => [exchange.id, { ...exchange, frames: exchange.frames.length }]),
    );
  expect(byId(backwards)).toEqual(byId(events));
});

test('every hop of a redirect is an exchange with its own headers', () => {
  const hops = reduceExchanges(events).filter(
    ({ id }) => id.split('#')[0] === one('/moved/picture').id.split('#')[0],
  );
  expect(hops.map(({ outcome, response }) => [outcome, response?.status])).toEqual([
    ['redirected', 302],
    ['redirected', 301],
    ['complete', 200],
  ]);
  const cookies = hops.map(
    ({ response }) => response?.headers.filter(([name]) => name === 'set-cookie').length,
  );
  expect(cookies).toEqual([1, 0, 0]);
});

test('headers are those of the wire, twice where they were sent twice', () => {
  const { response, requestHeaders } = one(':18941/');
  expect(response?.fidelity).toBe('raw');
  expect(response?.headers.filter(([name]) => name === 'set-cookie').map(([, value]) => value)).toEqual([
    'sid=FIXTURE-COOKIE; Path=/; HttpOnly',
    'lang=zh',
  ]);
  expect(requestHeaders.find(([name]) => name === 'Cookie')?.[1]).toContain('sid=FIXTURE-COOKIE');
});

test('WebSocket messages belong to the exchange of the handshake', () => {
  const { frames, response, outcome } = one('/socket');
  expect([response?.status, outcome]).toEqual([101, 'open']);
  expect(frames.map(({ direction, payload }) => [direction, payload]).sort()).toEqual([
    ['received', '答'],
    ['sent', '问'],
  ]);
});

test('the ledger has one entry for each URL and cause without a good body', () => {
  const { ledger } = reduce([...events]);
  expect(ledger.map(({ what, reason, url }) => [what, reason, new URL(url!).pathname])).toEqual([
    ['resource', 'http-status', '/missing.png'],
    ['resource', 'blocked', '/px.png'],
    ['resource', 'request-failed', '/unsafe'],
    ['resource', 'cancelled', '/gone.json'],
    ['resource', 'still-loading', '/events'],
    ['favicon', 'http-status', '/favicon.ico'],
  ]);
});

test('no credential is left in WARC or HAR, and each redaction proves its value', () => {
  const { plans, har, redactions } = reduce(events);
  const printed = JSON.stringify([plans.map(({ head }) => head), har]);
  expect(printed).not.toMatch(/FIXTURE-(?:COOKIE|HOP|TOKEN|WS)/);
  expect(JSON.stringify(events)).toMatch(/FIXTURE-COOKIE.*FIXTURE-TOKEN/s);
  const token = redactions.find(({ field }) => field === 'request authorization')!;
  const value = new TextEncoder().encode('Bearer FIXTURE-TOKEN');
  const salt = Uint8Array.from(token.salt.match(/../g)!, (byte) => Number.parseInt(byte, 16));
  expect(token).toMatchObject({
    length: value.length,
    digest: sha256Hex(new Uint8Array([...salt, ...value])),
  });
  expect(printed).toContain(token.digest);
});

test('what the page sent over a WebSocket is redacted like a header, what it received is kept', () => {
  const { plans, har, redactions } = reduce(events);
  const socket = har.log.entries.find(({ _resourceType }) => _resourceType === 'websocket')!;
  const messages = socket._webSocketMessages as { type: string; data: string }[];
  const sent = redactions.find(({ field }) => field === 'websocket sent 1')!;
  const salt = Uint8Array.from(sent.salt.match(/../g)!, (byte) => Number.parseInt(byte, 16));
  const value = new TextEncoder().encode('问');
  expect(sent).toMatchObject({ length: 3, digest: sha256Hex(new Uint8Array([...salt, ...value])) });
  expect(messages.find(({ type }) => type === 'send')?.data).toContain(sent.digest);
  expect(messages.find(({ type }) => type === 'receive')?.data).toBe('答');
  const inWarc = plans.map(({ body }) => ('bytes' in body ? fromUtf8(body.bytes) : '')).join('');
  expect(inWarc).toContain(sent.digest);
  expect(inWarc).not.toContain('问');
});

test('a request body is withheld or kept, and the record says which', () => {
  const order = (name: string) =>
    reduce(recorded(name).events).plans.find(
      ({ type, targetUri }) => type === 'request' && targetUri?.endsWith('/order'),
    )!;
  expect(order('exchanges').fields).toContainEqual(['X-Evidence-Body', 'withheld']);
  const kept = order('exchanges-with-request-bodies');
  expect(kept.fields?.map(([name]) => name)).not.toContain('X-Evidence-Body');
  expect(kept.body).toMatchObject({ length: 'amount=1'.length });
});

test('what was gzip on the wire is stored decoded, and says so', () => {
  const { plans } = reduce(events);
  const style = plans.find(
    ({ type, targetUri }) => type === 'response' && targetUri?.endsWith('/style.css'),
  )!;
  expect(style.head).toContain('x-orig-content-encoding: gzip');
  expect(style.head).not.toMatch(/^content-encoding:/im);
  expect(style.fields).toContainEqual(['X-Evidence-Body', 'decoded-text']);
});

test('the serialiser takes every plan, and every body is the one that was stored', async () => {
  const { plans } = reduce(events);
  const written: number[] = [];
  const readBody = (id: string) => Promise.resolve(fromBase64(bodies[id]!));
  const ports = { ...nodeDeflater, ...nodePorts, readBody };
  for await (const member of writeWarc(plans, ports)) written.push(member.bytes.length);
  expect(written).toHaveLength(plans.length);
  expect(plans.filter(({ body }) => 'stored' in body).length).toBeGreaterThan(12);
});
