import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '#shared/lib/hex';
import { loosenDer } from '../../../test/fixtures/loosen-der.ts';
import { berToDer } from './ber-to-der.ts';
import { DerError } from './der-error.ts';
import { encodeElement, encodeOctetString, encodeSequence } from './encode-der.ts';

const code = (expected: string) => expect.objectContaining({ code: expected });

describe('vectors', () => {
  test.each([
    ['indefinite sequence', '3080 020101 0000', '3003 020101'],
    ['indefinite in indefinite', '3080 a080 0500 0000 0000', '3004 a0020500'],
    ['definite around indefinite', '3007 3080 020107 0000', '3005 3003 020107'],
    ['string in pieces', '2480 0402 0102 0401 03 0000', '0403 010203'],
    ['string in pieces of pieces', '2480 2406 0401 01 0401 02 0401 03 0000', '0403 010203'],
    ['string in no pieces', '2400', '0400'],
    ['long form of a short length', '308103 020101', '3003 020101'],
    ['zeros as content are no end', '3080 0402 0000 0000', '3004 0402 0000'],
  ])('%s', (_, ber, der) => {
    expect(toHex(berToDer(fromHex(ber.replaceAll(' ', ''))))).toBe(der.replaceAll(' ', ''));
  });

  test.each([
    ['no end-of-contents', '3080 020101', 'TRUNCATED'],
    ['half an end-of-contents', '3080 020101 00', 'TRUNCATED'],
    ['end-of-contents beyond the parent', '3005 3080 020101 0000', 'TRUNCATED'],
    ['indefinite primitive', '0480 0000', 'INDEFINITE_LENGTH'],
    ['trailing bytes', '020101 00', 'TRAILING_BYTES'],
    ['piece of another type', '2403 020101', 'BAD_STRING'],
    ['high tag number', '1f8101 00', 'UNKNOWN_TAG'],
    ['length beyond the input', '3084ffffffff', 'TRUNCATED'],
    ['nothing', '', 'TRUNCATED'],
    ['endless nesting', '3080'.repeat(2000), 'TOO_DEEP'],
  ])('%s is refused', (_, ber, expected) => {
    expect(() => berToDer(fromHex(ber.replaceAll(' ', '')))).toThrow(code(expected));
  });
});

const tree: fc.Arbitrary<Uint8Array> = fc.letrec<{ element: Uint8Array }>((tie) => ({
  element: fc.oneof(
    { maxDepth: 5 },
    fc.uint8Array({ maxLength: 300 }).map(encodeOctetString),
    fc.array(tie('element'), { maxLength: 4 }).map((children) => encodeSequence(...children)),
    fc.array(tie('element'), { maxLength: 3 }).map((children) => encodeElement(0xa0, ...children)),
  ),
})).element;

test('what is loosened comes back in DER, and DER comes back unchanged', () => {
  fc.assert(
    fc.property(tree, (der) => {
      expect(berToDer(der)).toEqual(new Uint8Array(der));
      expect(berToDer(loosenDer(der))).toEqual(new Uint8Array(der));
    }),
    { numRuns: 200 },
  );
});

test('any bytes give DER lengths or a coded error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      try {
        expect(berToDer(berToDer(bytes))).toEqual(berToDer(bytes));
      } catch (error) {
        expect(error).toBeInstanceOf(DerError);
      }
    }),
    { numRuns: 2000 },
  );
});
