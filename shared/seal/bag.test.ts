import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Sha256 } from '#shared/lib/sha256';
import { fromUtf8, toUtf8 } from '#shared/lib/utf8';
import { type BagInfo, buildBagInfo, parseBagInfo } from './bag.ts';

const info: BagInfo = {
  sourceOrganization: '某某公证处 trial',
  externalIdentifier: 'EVD-AAAABBBBCCCCDDDD',
  internalSenderIdentifier: 'CAP-0a1b2c3d-7',
  baggingDate: '2026-11-22',
  softwareAgent: 'tiezheng 0.1.0',
  payload: { bytes: 123_456, files: 2 },
  previousSeal: '-',
};

test('parse is the inverse of build', () => {
  expect(parseBagInfo(buildBagInfo(info))).toEqual(info);
  const previousSeal = 'ab'.repeat(32) as Sha256;
  expect(parseBagInfo(buildBagInfo({ ...info, previousSeal }))).toEqual({ ...info, previousSeal });
});

test.each([
  ['a label changed', 'External-Identifier', 'External-identifier'],
  ['leading zero in Payload-Oxum', ': 123456.2', ': 0123456.2'],
  ['unsafe size', ': 123456.2', ': 9999999999999999.2'],
  ['no such day', '2026-11-22', '2026-02-30'],
  ['upper-case hash', 'Seal: -', `Seal: ${'AB'.repeat(32)}`],
  ['second space', 'Agent: t', 'Agent:  t'],
  ['carriage return', '7\n', '7\r\n'],
  ['continuation line', '7\n', '7\n more\n'],
  ['missing last line feed', '-\n', '-'],
])('refuses %s', (_, from, to) => {
  const text = fromUtf8(buildBagInfo(info));
  expect(text).toContain(from);
  expect(() => parseBagInfo(toUtf8(text.replace(from, to)))).toThrow(
    expect.objectContaining({ code: 'BAG_INFO_MALFORMED', entry: 'bag-info.txt' }),
  );
});

test('refuses to build what would not read back', () => {
  const bad = () => buildBagInfo({ ...info, sourceOrganization: 'two\nlines' });
  expect(bad).toThrow(expect.objectContaining({ code: 'BAG_INFO_MALFORMED' }));
});

test('any altered byte is refused or reads as something else', () => {
  const bytes = buildBagInfo(info);
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
      const altered = bytes.slice();
      altered[at] = (altered[at] ?? 0) ^ mask;
      try {
        expect(parseBagInfo(altered)).not.toEqual(info);
      } catch (error) {
        expect(error).toMatchObject({ code: 'BAG_INFO_MALFORMED' });
      }
    }),
  );
});
