import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Sha256 } from '#shared/lib/sha256';
import { fromUtf8, toUtf8 } from '#shared/lib/utf8';
import { buildHashManifest, parseHashManifest } from './hash-manifest.ts';

const segment = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,20}$/);
const path = fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
const digest = fc.stringMatching(/^[0-9a-f]{64}$/).map((text) => text as Sha256);

test('parse is the inverse of build', () => {
  fc.assert(
    fc.property(fc.dictionary(path, digest, { maxKeys: 8 }), (files) => {
      const manifest = new Map(Object.entries(files));
      const bytes = buildHashManifest(manifest);
      const parsed = parseHashManifest(bytes, 'm');
      expect(Object.fromEntries(parsed)).toEqual(Object.fromEntries(manifest));
      expect(buildHashManifest(parsed)).toEqual(bytes);
    }),
  );
});

const a = 'a'.repeat(64);
test.each([
  ['unsorted', `${a}  b\n${a}  a\n`],
  ['duplicate', `${a}  a\n${a}  a\n`],
  ['one space', `${a} a\n`],
  ['binary mark', `${a} *a\n`],
  ['upper case', `${a.toUpperCase()}  a\n`],
  ['carriage return', `${a}  a\r\n`],
  ['no final line feed', `${a}  a`],
  ['blank line', `${a}  a\n\n`],
  ['parent folder', `${a}  ../a\n`],
  ['absolute', `${a}  /a\n`],
  ['escape', `\\${a}  a\n`],
  ['byte order mark', `\ufeff${a}  a\n`],
  ['not UTF-8', undefined],
])('refuses %s', (_, text) => {
  const bytes = text === undefined ? Uint8Array.of(0xff, 0x0a) : toUtf8(text);
  expect(() => parseHashManifest(bytes, 'manifest-sha256.txt')).toThrow(
    expect.objectContaining({ code: 'MANIFEST_MALFORMED', entry: 'manifest-sha256.txt' }),
  );
});

test('refuses to list a path sha256sum would escape', () => {
  expect(() => buildHashManifest(new Map([['a\\b', a as Sha256]]))).toThrow(
    expect.objectContaining({ code: 'PATH_NOT_ALLOWED', entry: 'a\\b' }),
  );
  expect(fromUtf8(buildHashManifest(new Map()))).toBe('');
});
