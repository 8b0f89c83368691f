import { expect, test } from 'vitest';
import { pairingLink, parsePairingLink } from './pairing-link.ts';

test('a pairing link holds origin and code', () => {
  for (const origin of ['https://evidence.example', 'http://127.0.0.1:8787', 'https://10.0.0.5:8787'])
    expect(parsePairingLink(` ${pairingLink(origin, 'ABCD2345')}\n`)).toEqual({ origin, code: 'ABCD2345' });
});

test.each([
  'https://evidence.example',
  'https://evidence.example/pair',
  'https://evidence.example/pair#ABCD234',
  'https://evidence.example/pair#ABCD2341',
  'https://evidence.example/other#ABCD2345',
  'https://evidence.example/pair?x=1#ABCD2345',
  'ABCD2345',
  '',
])('%s is none', (text) => {
  expect(parsePairingLink(text)).toBeUndefined();
});
