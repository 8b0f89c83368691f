import { expect, test } from 'vitest';
import { beijingTime, seconds, utcTime } from './instant.ts';
import { hostClass, printableUrl, sourceClass } from './source-class.ts';
import { shortened, visibleText } from './visible-text.ts';

test.each([
  ['plain 中文 𠮷 é 😀', 'plain 中文 𠮷 é 😀'],
  ['a\u202eb\u2066c', 'a[U+202E]b[U+2066]c'],
  ['zero\u200bwidth\u200d\ufeff', 'zero[U+200B]width[U+200D][U+FEFF]'],
  ['tab\tline\nnul\u0000', 'tab[U+0009]line[U+000A]nul[U+0000]'],
  ['no-break\u00a0ideographic\u3000', 'no-break[U+00A0]ideographic[U+3000]'],
  ['lone \ud842', 'lone [U+D842]'],
  ['filler\u3164', 'filler[U+3164]'],
  ['variation\ufe0f', 'variation[U+FE0F]'],
  ['tag\u{e0041}', 'tag[U+E0041]'],
  ['line\u2028', 'line[U+2028]'],
])('prints %j', (text, printed) => {
  expect(visibleText(text)).toBe(printed);
});

test('says how much was left out', () => {
  expect(shortened('𠮷𠮷𠮷', 3)).toBe('𠮷𠮷𠮷');
  expect(shortened('𠮷𠮷𠮷', 2)).toBe('𠮷𠮷…(+1)');
});

test.each([
  ['https://www.example.com/', 'public'],
  ['http://8.8.8.8/', 'public'],
  ['https://[2001:4860:4860::8888]/', 'public'],
  ['http://127.0.0.1:8801/x', 'loopback'],
  ['http://2130706433/', 'loopback'],
  ['http://LOCALHOST./', 'loopback'],
  ['http://a.localhost/', 'loopback'],
  ['http://[::1]/', 'loopback'],
  ['http://[::ffff:127.0.0.1]/', 'loopback'],
  ['http://[::ffff:10.1.2.3]/', 'private'],
  ['http://0.0.0.0/', 'loopback'],
  ['http://10.0.0.1/', 'private'],
  ['http://172.31.0.1/', 'private'],
  ['http://172.32.0.1/', 'public'],
  ['http://192.168.1.1/', 'private'],
  ['http://169.254.169.254/', 'private'],
  ['http://100.64.0.1/', 'private'],
  ['http://[fd00::1]/', 'private'],
  ['http://[fe80::1]/', 'private'],
  ['http://intranet/', 'private'],
  ['http://printer.local/', 'private'],
  ['file:///etc/hosts', 'local-file'],
  ['data:text/html,x', 'local-file'],
  ['blob:https://example.com/1', 'local-file'],
  ['about:blank', 'local-file'],
  ['not a url', 'local-file'],
])('%s is %s', (url, expected) => {
  expect(sourceClass(url)).toBe(expected);
});

test('hosts print in ASCII and addresses are judged without brackets', () => {
  expect(printableUrl('https://пример.example/путь?q=中')).toBe(
    'https://xn--e1afmkfd.example/%D0%BF%D1%83%D1%82%D1%8C?q=%E4%B8%AD',
  );
  expect(printableUrl('not a url')).toBe('not a url');
  expect(hostClass('::1')).toBe('loopback');
  expect(hostClass('fe80::1')).toBe('private');
});

test('Beijing time stands beside UTC', () => {
  const at = Date.UTC(2026, 10, 22, 20, 0, 0, 250);
  expect(beijingTime(at)).toBe('2026-11-23 04:00:00.250');
  expect(utcTime(at)).toBe('2026-11-22 20:00:00.250 UTC');
  expect(utcTime(0)).toBe('1970-01-01 00:00:00 UTC');
  expect(seconds(3449)).toBe('3.4');
});
