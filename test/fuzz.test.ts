import { expect, test } from 'vitest';
import { makeCorpus } from './fuzz/corpus.ts';
import { type Finding, fuzz } from './fuzz/fuzz.ts';
import { targets } from './fuzz/targets.ts';

/** The short run; `npm run fuzz` tries 1,000,000. The seed is new each time and stands in a failure. */
const INPUTS = 2000;

test(`${INPUTS} malformed inputs are refused by errors of ours, and quickly`, async () => {
  const corpus = await makeCorpus();
  const seed = Date.now() % 2 ** 32;
  const findings: Finding[] = [];
  const indices = Array.from({ length: INPUTS }, (_, index) => index);
  const counts = await fuzz({ corpus, seed, indices, onFinding: (finding) => findings.push(finding) });
  const shown = findings.map(({ target, what, input }) => ({
    target,
    what,
    seed,
    input: Buffer.from(input.subarray(0, 4000)).toString('base64'),
  }));
  expect(shown).toEqual([]);
  const refused = [...counts.values()].reduce((sum, count) => sum + count.refused, 0);
  expect(refused).toBeGreaterThan(INPUTS / 2);
});

test('every target accepts what it was made from', async () => {
  const corpus = await makeCorpus();
  const readers = targets.filter(({ name }) => !['bundle-forged', 'package-altered'].includes(name));
  for (const { name, seeds, run } of readers) {
    const outcomes = await Promise.all(
      seeds(corpus).map((seed) =>
        Promise.resolve()
          .then(() => run(seed, corpus))
          .then(
            () => 'accepted',
            (error: Error) => String(error),
          ),
      ),
    );
    expect({ name, outcomes }).toEqual({ name, outcomes: expect.arrayContaining(['accepted']) });
  }
});
