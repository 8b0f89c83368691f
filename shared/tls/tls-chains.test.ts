import * as v from 'valibot';
import { expect, test } from 'vitest';
import { tlsChainsSchema } from './tls-chains.ts';

const file = (chain: readonly string[], more: object = {}) => ({
  version: 1,
  judgedAt: 0,
  roots: 'test',
  origins: [{ origin: 'https://a.test', chain, verdict: 'private-root', detail: '' }],
  responses: [{ url: 'https://a.test/', certificate: 'this-origin' }],
  ...more,
});

test('takes what a capture writes and nothing besides', () => {
  expect(v.is(tlsChainsSchema, file(['AAAA']))).toBe(true);
  expect(v.is(tlsChainsSchema, file([]))).toBe(false);
  expect(v.is(tlsChainsSchema, file(['A A=']))).toBe(false);
  expect(v.is(tlsChainsSchema, file(Array.from({ length: 21 }, () => 'AAAA')))).toBe(false);
  expect(v.is(tlsChainsSchema, file(['AAAA'], { more: 1 }))).toBe(false);
  expect(v.is(tlsChainsSchema, file(['AAAA'], { responses: [{ url: '', certificate: 'sure' }] }))).toBe(
    false,
  );
});

test.each(['A', 'AAA', 'AB=='])('%s is no base64 of anything', (text) => {
  expect(v.is(tlsChainsSchema, file([text]))).toBe(false);
});
