import { expect, test } from 'vitest';
import { headerList, rawHeaderList } from './header-list.ts';

test('repeated headers are one value joined by LF', () => {
  expect(headerList({ A: '1', 'Set-Cookie': 'x=1\ny=2' })).toEqual([
    ['A', '1'],
    ['Set-Cookie', 'x=1'],
    ['Set-Cookie', 'y=2'],
  ]);
});

test('the raw block gives order, spelling and repetition', () => {
  const text = 'HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nX:  y \r\nset-cookie: b=2\r\n\r\n';
  expect(rawHeaderList(text, { 'Set-Cookie': 'a=1', 'set-cookie': 'b=2', X: 'y' })).toEqual([
    ['Set-Cookie', 'a=1'],
    ['X', 'y'],
    ['set-cookie', 'b=2'],
  ]);
});

test('a block that swallowed a line after a malformed byte does not count', () => {
  const text = 'HTTP/1.1 200 OK\r\nX-Latin: cafX-Utf8: 铁证\r\nX-Dup: one\r\n\r\n';
  expect(rawHeaderList(text, { 'X-Latin': 'café', 'X-Utf8': 'é“è¯', 'X-Dup': 'one' })).toBeUndefined();
});

test.each(['', 'HTTP/1.1 200 OK\r\nno colon\r\n\r\n'])('a block of %j does not count', (text) => {
  expect(rawHeaderList(text, { A: '1' })).toBeUndefined();
});
