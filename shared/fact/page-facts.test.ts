import * as v from 'valibot';
import { expect, test } from 'vitest';
import { factsFileSchema, LISTED } from './facts-file.ts';
import { type PageFactsInput, type PageState, pageFacts } from './page-facts.ts';

const page = (title: string, ...lines: string[]): PageState => ({
  title,
  userActive: false,
  frames: [{ url: 'https://shop.example/', lines }],
});
const recorded = (...bodies: string[]) => ({
  bodies: bodies.length,
  bodiesMissing: 0,
  texts: async function* () {
    yield* bodies;
  },
});
const facts = (input: Partial<PageFactsInput>) =>
  pageFacts({ reloaded: true, cachedUrls: [], changedControls: 0, ...input });

test('an edited title and price are told, both versions kept, what a hand may have done first', async () => {
  const result = await facts({
    found: page('改过的标题', '价格', '1 元', '共 3 件'),
    final: page('旗舰店', '价格', '1299 元', '共 3 件'),
    recorded: recorded('<title>旗舰店</title><p>价格<p>1299 元', 'n=3;t="共";u="件"'),
  });
  expect(result.difference).toMatchObject({
    title: { found: '改过的标题', final: '旗舰店' },
    onlyFound: { count: 1, lines: ['1 元'] },
    onlyFinal: { count: 1, lines: ['1299 元'] },
  });
  const { unexplained } = result;
  expect(unexplained).toMatchObject({ texts: 6, count: 3, composed: 1, foundOnly: 2 });
  expect(unexplained?.entries.map(({ text }) => text)).toEqual(['改过的标题', '1 元', '共 3 件']);
  expect(unexplained?.entries[0]).toMatchObject({ where: 'title', found: true, final: false });
});

test('without recorded responses, or without a page, nothing is claimed', async () => {
  expect((await facts({ final: page('t', 'x') })).unexplained).toBeNull();
  expect((await facts({ recorded: recorded('x') })).unexplained).toBeNull();
  expect((await facts({ final: page('t', 'x'), recorded: recorded('x t') })).difference).toBeNull();
  expect((await facts({ final: page('t', 'x'), recorded: recorded('x t') })).unexplained?.foundOnly).toBe(0);
});

test('a line that stands there twice is missed when it stands there once', async () => {
  const { difference } = await facts({ found: page('t', 'a', 'a', 'b'), final: page('t', 'b', 'a') });
  expect(difference?.onlyFound).toEqual({ count: 1, lines: ['a'] });
  expect(difference?.onlyFinal.count).toBe(0);
});

test('however much there is, the file keeps its schema and its counts', async () => {
  const lines = Array.from({ length: 5000 }, (_, n) => `${n} ${'长'.repeat(n % 700)}\ud800`);
  const result = await facts({
    found: page('\udfff'.repeat(5000)),
    final: page('t', ...lines),
    recorded: recorded('nothing'),
    cachedUrls: Array.from({ length: 300 }, (_, n) => `https://x.example/${n}`),
  });
  expect(v.parse(factsFileSchema, result)).toEqual(result);
  expect(result.unexplained?.count).toBe(5002);
  expect(result.unexplained?.entries.length).toBe(LISTED.texts);
  expect(result.difference?.onlyFinal.count).toBe(5000);
  expect(result.cached.count).toBe(300);
});
