import { expect, test } from 'vitest';
import { errorCodes } from '../error-code.ts';
import { errorTexts } from './errors.ts';

test.each(errorCodes)('%s is one sentence in both languages', (code) => {
  const { zh, en } = errorTexts[code];
  expect(zh).toMatch(/^[^。]+。$/);
  expect(zh).toMatch(/\p{Script=Han}/u);
  expect(en).toMatch(/^[A-Z].*\.$/);
  expect(en).not.toMatch(/\p{Script=Han}/u);
});

test('no two failures share a sentence', () => {
  const sentences = errorCodes.map((code) => errorTexts[code].zh);
  expect(new Set(sentences).size).toBe(sentences.length);
});
