import { expect, test } from 'vitest';
import { offeredName } from './offered-name.ts';

const url = 'https://shop.example/files/%E5%90%88%E5%90%8C.pdf?x=/y';

test.each([
  [undefined, '合同.pdf'],
  ['attachment', '合同.pdf'],
  ['attachment; filename="a \\"b\\".pdf"', 'a "b".pdf'],
  ['attachment; filename=plain.bin; size=3', 'plain.bin'],
  ['attachment; filename="x.pdf"; filename*=UTF-8\'\'%E8%AF%81%E6%8D%AE.pdf', '证据.pdf'],
  ['attachment; filename="x.pdf"; filename*=UTF-8\'\'%E8%', 'x.pdf'],
  ['attachment; filename="../../etc\u0000/passwd"', '../../etc/passwd'],
])('%s is %s', (disposition, name) => {
  expect(offeredName(disposition, url)).toBe(name);
});

test('an address without a name gives none', () => {
  expect(offeredName(undefined, 'https://shop.example/')).toBe('');
  expect(offeredName(undefined, '')).toBe('');
});
