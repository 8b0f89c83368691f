import { expect, test } from 'vitest';
import { decodeBody } from './decode-body.ts';

const gbk = Uint8Array.of(0xd6, 0xd0, 0xb9, 0xfa);
const ascii = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const joined = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const body = (bytes: Uint8Array, contentType = '', decoded = false) => ({ bytes, contentType, decoded });

test('the encoding comes from mark, header, document, then UTF-8, then the documents around it', () => {
  const utf8 = new TextEncoder().encode('中国');
  expect(
    decodeBody(body(joined(Uint8Array.of(0xef, 0xbb, 0xbf), utf8), 'text/plain; charset=gbk'), []),
  ).toEqual(['中国']);
  expect(decodeBody(body(gbk, 'text/html; charset=GBK'), [])).toEqual(['中国']);
  expect(decodeBody(body(joined(ascii('<meta charset="gbk">'), gbk)), [])).toEqual([
    '<meta charset="gbk">中国',
  ]);
  expect(decodeBody(body(utf8), ['gbk'])).toEqual(['中国']);
  expect(decodeBody(body(gbk), ['gbk', 'gbk'])).toEqual(['中国']);
  expect(decodeBody(body(utf8, 'text/html; charset=gbk', true), [])).toEqual(['中国']);
});

test('an unknown label and bytes of no encoding give text all the same', () => {
  expect(decodeBody(body(ascii('plain'), 'text/html; charset=no-such'), [])).toEqual(['plain']);
  expect(decodeBody(body(Uint8Array.of(0xff, 0x41)), [])).toEqual(['\ufffdA']);
});
