import { expect, test } from 'vitest';
import { certificateInput } from '../../../test/fixtures/certificate-input.ts';
import { testFacts } from '../../../test/fixtures/test-facts.ts';
import { certificateFacts } from './certificate-facts.ts';
import { pageComparison } from './page-comparison.ts';

const { bundle, ...rest } = certificateInput();
const phrasesOf = (facts: typeof testFacts) =>
  pageComparison({ ...bundle, facts }).map(({ label, values }) => [
    label,
    values.map((value) => (value.type === 'phrase' ? [value.phrase, ...(value.values ?? [])].join(' ') : '')),
  ]);

test('differences, unexplained text and signs of input are stated, invisible characters shown', () => {
  expect(phrasesOf(testFacts)).toEqual([
    [
      'page-difference',
      [
        'difference-title 改过的标题[U+202E] 测试页面',
        'difference-lines 4 4 1 1',
        'difference-found 1 元',
        'difference-final 1299 元',
      ],
    ],
    [
      'unexplained-text',
      [
        'unexplained-count 2 9 3 1',
        'unexplained-found-only 1',
        'unexplained-entry 改过的标题[U+202E]',
        'unexplained-entry 共3件',
        'unexplained-missing 1',
        'cached-responses 1',
        'unexplained-limits',
      ],
    ],
    ['page-input', ['input-found', 'input-controls 2']],
  ]);
});

test('what could not be compared is called not possible, never 0', () => {
  const unknown = { ...testFacts, unexplained: null, difference: null };
  const none = { ...unknown, input: { found: null, final: null, changedControls: 0 } };
  expect(phrasesOf(none)).toEqual([
    ['page-difference', ['difference-unknown']],
    ['unexplained-text', ['unexplained-unknown', 'cached-responses 1']],
    ['page-input', ['input-unknown']],
  ]);
});

test('long lists are cut, and the reader is told where the rest is', () => {
  const line = Array.from({ length: 40 }, (_, n) => `line ${n}`);
  const { difference } = testFacts;
  if (difference === null) throw new TypeError('the fixture has a difference');
  const long = { ...testFacts, difference: { ...difference, onlyFound: { count: 40, lines: line } } };
  const [[, values]] = phrasesOf(long) as [[string, string[]]];
  expect(values.filter((value) => value.startsWith('difference-found'))).toHaveLength(10);
  expect(values).toContain('listed-in-facts');
});

test('text that only the page as found had is warned of; a bundle without the file says nothing', () => {
  const warned = ({ warnings }: ReturnType<typeof certificateFacts>) =>
    warnings.some((value) => value.type === 'phrase' && value.phrase === 'warn-found-only');
  expect(warned(certificateFacts({ ...rest, bundle: { ...bundle, facts: testFacts } }))).toBe(true);
  expect(warned(certificateFacts({ ...rest, bundle }))).toBe(false);
  expect(pageComparison(bundle)).toEqual([]);
});
