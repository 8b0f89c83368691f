import { beforeAll, expect, test } from 'vitest';
import { type FuzzCorpus, makeCorpus } from './fuzz/corpus.ts';
import { type Finding, fuzz } from './fuzz/fuzz.ts';
import { targets } from './fuzz/targets.ts';

/** The short run; `npm run fuzz` tries 1,000,000. The seed is new each time and stands in a failure. */
const INPUTS = 2000;
/** Some 3 s on a quiet machine. */
const TIMEOUT_MS = 60_000;

let corpus: FuzzCorpus;
beforeAll(async () => {
  corpus = await makeCorpus();
});

test(`${INPUTS} malformed inputs are refused by errors of ours, and quickly`, {
  timeout: TIMEOUT_MS,
}, async () => {
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

test('every target accepts what it was made from', { timeout: TIMEOUT_MS }, async () => {
  for (const { name, seeds, run } of targets) {
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
