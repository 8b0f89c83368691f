import { expect, test } from 'vitest';
import { hostTerms, urlTerm, urlTerms } from './package-terms.ts';

test.each([
  ['https://Shop.market.example:8443/a/b/?q=1#f', 'shop.market.example:8443/a/b?q=1'],
  ['http://a.example', 'a.example'],
  ['not a URL', 'not a URL'],
])('%s is searched for as %s', (url, term) => {
  expect(urlTerm(url)).toBe(term);
});

test('a URL is found as a whole, without its query, and by its beginnings', () => {
  expect(urlTerms('https://a.example/x/y?z').sort()).toEqual([
    'a.example',
    'a.example/x',
    'a.example/x/y',
    'a.example/x/y?z',
  ]);
  expect(urlTerms(`https://a.example/${'d/'.repeat(50)}`).length).toBeLessThan(12);
  expect(urlTerms(`data:text/plain,${'x'.repeat(9000)}`).every((term) => term.length <= 2000)).toBe(true);
  expect(urlTerms('')).toEqual([]);
});

test('a host is found by every domain above it but the topmost; addresses have none above', () => {
  expect(hostTerms('https://s.m.example/')).toEqual(['s.m.example', 'm.example']);
  expect(hostTerms('http://localhost/')).toEqual(['localhost']);
  expect(hostTerms('http://10.0.0.1:80/')).toEqual(['10.0.0.1']);
  expect(hostTerms('http://[::1]/')).toEqual(['[::1]']);
  expect(hostTerms('file:///etc/passwd')).toEqual([]);
});
