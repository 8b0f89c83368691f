import { expect, test } from 'vitest';
import { domFile } from './dom-file.ts';

test('the file opens with a byte order mark, so that a meta charset of another encoding has no say', () => {
  const bytes = domFile('<!DOCTYPE html><meta charset="gbk"><p>铁证');
  expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  expect(new TextDecoder().decode(bytes)).toBe('<!DOCTYPE html><meta charset="gbk"><p>铁证');
});
