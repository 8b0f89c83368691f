import { expect, test } from 'vitest';
import type { Sha256 } from '#shared/lib/sha256';
import { compareCertificates } from './compare-certificates.ts';

const certificate = (digit: string, issuer: string, ...names: string[]) => ({
  sha256: digit.repeat(64) as Sha256,
  subject: 'CN=shop.example',
  issuer,
  names,
  notBefore: '2026-01-01T00:00:00.000Z',
  notAfter: '2027-01-01T00:00:00.000Z',
});
const recorded = certificate('a', 'CN=CA', 'shop.example', 'www.shop.example');

test.each([
  [recorded, null, 'not-recorded'],
  [recorded, recorded, 'same'],
  [certificate('b', 'CN=CA', 'www.shop.example', 'shop.example'), recorded, 'same-issuer-and-names'],
  [certificate('b', 'CN=Proxy', 'shop.example', 'www.shop.example'), recorded, 'different'],
  [certificate('b', 'CN=CA', 'shop.example'), recorded, 'different'],
  [certificate('b', 'CN=CA'), certificate('c', 'CN=CA'), 'different'],
] as const)('%#: %s', (observed, stored, verdict) => {
  expect(compareCertificates(observed, stored)).toBe(verdict);
});
