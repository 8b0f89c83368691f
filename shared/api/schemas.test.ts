import * as v from 'valibot';
import { expect, test } from 'vitest';
import { anchorRequest, errorAnswer, sessionNonceRequest, timeAnswer } from './schemas.ts';

test('an answer may hold members this version does not know; they are dropped, within too', () => {
  const now = '2026-11-22T04:00:00.000Z';
  expect(v.parse(timeAnswer, { now, token: 'AA==' })).toEqual({ now });
  const error = { code: 'X', message: 'x' };
  expect(v.parse(errorAnswer, { error: { ...error, help: 'y' }, at: now })).toEqual({ error });
  expect(v.is(timeAnswer, { token: 'AA==' })).toBe(false);
});

test('a request may not', () => {
  expect(v.is(sessionNonceRequest, { device: '0a1b2c3d' })).toBe(true);
  expect(v.is(sessionNonceRequest, { device: '0a1b2c3d', more: 1 })).toBe(false);
  const digest = 'a'.repeat(64);
  expect(v.is(anchorRequest, { digest })).toBe(true);
  expect(v.is(anchorRequest, { digest, more: 1 })).toBe(false);
});
