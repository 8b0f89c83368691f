import { expect, test } from 'vitest';
import { numbered, numberedTwice } from './define-artefact.ts';

test('numbers have three digits, more when needed', () => {
  expect(numbered('dom', 7, 'html')).toBe('evidence/dom-007.html');
  expect(numbered('dom', 1234, 'html')).toBe('evidence/dom-1234.html');
});

test('areas and their steps have three digits each, and no two share a path', () => {
  expect(numberedTwice('scroll-area', 2014, 'png')).toBe('evidence/scroll-area-002-014.png');
  expect(numberedTwice('scroll-area', 1001, 'png')).toBe('evidence/scroll-area-001-001.png');
  expect(numberedTwice('scroll-area', 99_999, 'png')).toBe('evidence/scroll-area-099-999.png');
  const all = Array.from({ length: 5000 }, (_, n) => numberedTwice('scroll-area', n, 'png'));
  expect(new Set(all).size).toBe(5000);
});
