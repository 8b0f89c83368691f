import { expect, test } from 'vitest';
import { MessageError } from './message-error.ts';
import type { Reply } from './protocol.ts';
import { type Handlers, messageListener } from './serve-messages.ts';

const refuse = async () => {
  throw new MessageError('INTERNAL', 'not under test');
};
const handlers: Handlers = {
  pair: refuse,
  'service-state': refuse,
  'list-cases': async () => ({ cases: [] }),
  'create-case': refuse,
  precheck: refuse,
  'start-capture': async (request) => ({ captureId: `taken ${request.url ?? request.tabId}` }),
  'capture-state': refuse,
  'list-captures': async ({ limit }) => {
    throw new MessageError('CAPTURE_UNKNOWN', 'none', { entry: String(limit) });
  },
  retry: refuse,
  discard: refuse,
  'open-package': refuse,
};
const listener = messageListener(handlers, (error) => {
  const { code, message, entry } = error as MessageError;
  return entry === undefined ? { code, message } : { code, message, entry };
});

function send(message: unknown): Promise<Reply> {
  return new Promise((resolve, reject) => {
    if (!listener(message, undefined, resolve)) reject(new Error('not taken'));
  });
}
const to = 'service-worker';
const start = { mode: 'reload', cookies: false, purpose: '', makers: [] };

test('a request is answered, an error crosses as code, message and entry', async () => {
  expect(await send({ to, type: 'list-cases', body: {} })).toEqual({ ok: true, value: { cases: [] } });
  expect(await send({ to, type: 'list-captures', body: { limit: 3 } })).toEqual({
    ok: false,
    error: { code: 'CAPTURE_UNKNOWN', message: 'none', entry: '3' },
  });
});

test('messages for other contexts are left alone', async () => {
  for (const message of [{ to: 'offscreen', captureId: 'CAP-x-1' }, 'text', null, 7, {}])
    await expect(send(message)).rejects.toThrow('not taken');
});

test.each([
  ['an unknown request', { to, type: 'erase-everything', body: {} }, 'type'],
  ['a request named like a method of objects', { to, type: 'toString', body: {} }, 'type'],
  ['a missing field', { to, type: 'capture-state', body: {} }, 'captureId'],
  ['a field too many', { to, type: 'list-cases', body: { all: true } }, 'all'],
  [
    'an unknown mode',
    { to, type: 'start-capture', body: { ...start, url: 'http://a/', mode: 'fast' } },
    'body',
  ],
  ['neither tab nor address', { to, type: 'start-capture', body: start }, 'body'],
  [
    'both tab and address',
    { to, type: 'start-capture', body: { ...start, tabId: 1, url: 'http://a/' } },
    'body',
  ],
  [
    'a maker without a name',
    { to, type: 'start-capture', body: { ...start, tabId: 1, makers: [{ name: ' ' }] } },
    'body',
  ],
  ['no reason', { to, type: 'discard', body: { captureId: 'CAP-00000000-1', reason: '  ' } }, 'reason'],
])('%s is refused whole', async (_, message, entry) => {
  const reply = await send(message);
  expect(reply).toMatchObject({ ok: false, error: { code: 'REQUEST_MALFORMED' } });
  if (!reply.ok && entry !== 'body') expect(reply.error.entry).toBe(entry);
});

test('a tab and an address each start a capture', async () => {
  expect(await send({ to, type: 'start-capture', body: { ...start, tabId: 5 } })).toMatchObject({
    value: { captureId: 'taken 5' },
  });
  expect(await send({ to, type: 'start-capture', body: { ...start, url: 'http://a/' } })).toMatchObject({
    value: { captureId: 'taken http://a/' },
  });
});
