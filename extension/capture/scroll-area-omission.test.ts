import { expect, test } from 'vitest';
import { scrollAreaOmission } from './scroll-area-omission.ts';

const chat = { element: 'div#chat', width: 300, height: 100, hiddenBelow: 832, hiddenRight: 0 };

test('an area that was not stepped through is listed with all that the page hides of it', () => {
  expect(scrollAreaOmission(chat, 'http://a.test/', 'not-reached', 'it is invisible')).toEqual({
    what: 'scroll-area',
    reason: 'not-reached',
    url: 'http://a.test/',
    detail: 'div#chat: pictured 300 × 100 px; hidden 832 px of height, 0 px of width; it is invisible',
  });
});

test('an area that was left half-way is listed with what remained, by its size at that time', () => {
  const cover = { width: 300, height: 550.5, scrollWidth: 300, scrollHeight: 2000 };
  const { reason, detail } = scrollAreaOmission(chat, 'http://a.test/', 'timeout', 'no time', cover);
  expect(reason).toBe('timeout');
  expect(detail).toBe('div#chat: pictured 300 × 550 px; hidden 1450 px of height, 0 px of width; no time');
});
