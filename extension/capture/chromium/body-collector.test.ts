import { expect, test } from 'vitest';
import { CaptureCut } from '../capture-cut.ts';
import { BodyCollector, type UnstampedEvent } from './body-collector.ts';
import { CommandError } from './command-error.ts';

const collecting = () => {
  const events: UnstampedEvent[] = [];
  const stored: string[] = [];
  const collector = new BodyCollector({
    store: (bytes) => {
      stored.push(new TextDecoder().decode(bytes));
      return Promise.resolve({ body: `b${stored.length}`, sha256: 'a'.repeat(64), bytes: bytes.length });
    },
    emit: (event) => events.push(event),
  });
  const collect = (
    request: string,
    read: () => Promise<{ body: string; base64Encoded: boolean }>,
    size = 1,
  ) =>
    collector.collect({
      request,
      url: `http://a.test/${request}`,
      size,
      read,
      isExact: (text) => text === 'ascii',
    });
  return { collector, collect, events, stored };
};
const text =
  (body: string, base64Encoded = false) =>
  () =>
    Promise.resolve({ body, base64Encoded });

test('base64 and proven text are exact, other text is decoded text', async () => {
  const { collector, collect, events, stored } = collecting();
  collect('1', text(btoa('bytes'), true));
  collect('2', text('ascii'));
  collect('3', text('中'));
  await collector.drain();
  expect(stored).toEqual(['bytes', 'ascii', '中']);
  expect(events.map((event) => event.type === 'body-stored' && event.fidelity)).toEqual([
    'exact',
    'exact',
    'decoded-text',
  ]);
});

test('a body is collected once', async () => {
  const { collector, collect, stored } = collecting();
  collect('1', text('ascii'));
  expect(collector.has('1')).toBe(true);
  collect('1', text('again'));
  await collector.drain();
  expect(stored).toEqual(['ascii']);
});

test('a body that cannot be had becomes an omission with its cause', async () => {
  const { collector, collect, events } = collecting();
  const refuse = (error: Error) => () => Promise.reject(error);
  collect('1', refuse(new CommandError('REFUSED', 'No resource with given identifier found')));
  collect('2', refuse(new CommandError('TIMEOUT', 'late')));
  collect('3', refuse(new CommandError('REFUSED', 'other')));
  collect('4', text('no base64!', true));
  collect('5', refuse(new CaptureCut('tab-closed', 'gone')));
  await collector.drain();
  expect(events.map((event) => event.type === 'omission' && [event.request, event.omission.reason])).toEqual([
    ['1', 'body-evicted'],
    ['2', 'timeout'],
    ['3', 'body-failed'],
    ['4', 'body-failed'],
  ]);
});

const readAll = async (sizes: readonly number[]) => {
  const { collector, collect } = collecting();
  let reading = 0;
  let most = 0;
  const started: string[] = [];
  for (const [index, size] of sizes.entries())
    collect(
      String(index),
      async () => {
        started.push(String(index));
        most = Math.max(most, ++reading);
        await new Promise((resolve) => setTimeout(resolve, 5));
        reading--;
        return { body: 'ascii', base64Encoded: false };
      },
      size,
    );
  await collector.drain();
  return { most, started: started.join('') };
};

test('twelve bodies are read at a time, in the order asked', async () => {
  const { most, started } = await readAll(Array.from({ length: 15 }, () => 1000));
  expect([most, started]).toEqual([12, '01234567891011121314']);
});

test('large bodies are read only as long as they are not too much together', async () => {
  const large = 15 * 2 ** 20;
  expect((await readAll([large, large, large, large])).most).toBe(2);
  expect(await readAll([large, 3 * large, 1, 1])).toEqual({ most: 2, started: '0123' });
});
