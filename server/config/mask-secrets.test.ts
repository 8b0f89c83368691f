import { expect, test } from 'vitest';
import { maskSecrets } from './mask-secrets.ts';

test.each([
  [{ clientSecret: 'x' }, { clientSecret: '***' }],
  [
    { oidc: [{ password: 'x', issuer: 'https://id.example/' }] },
    { oidc: [{ password: '***', issuer: 'https://id.example/' }] },
  ],
  [
    { secretAccessKey: 'x', pin: 1234 },
    { secretAccessKey: '***', pin: '***' },
  ],
  [{ url: 'postgres://u:p@ss@db.example/x' }, { url: 'postgres://***@db.example/x' }],
  [
    { pinFile: '/etc/pin', tokenLabel: 't', keyLabel: 'k', vkey: 'w+1+x' },
    { pinFile: '/etc/pin', tokenLabel: 't', keyLabel: 'k', vkey: 'w+1+x' },
  ],
  [{ witnesses: [{ url: 'https://w.example/a@b' }] }, { witnesses: [{ url: 'https://w.example/a@b' }] }],
  [
    { port: 8787, off: false, none: null },
    { port: 8787, off: false, none: null },
  ],
])('%j is shown as %j', (value, shown) => {
  expect(maskSecrets(value)).toEqual(shown);
});
