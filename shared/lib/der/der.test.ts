import fc from 'fast-check';
import { expect, test } from 'vitest';
import { concatBytes } from '#shared/lib/concat-bytes';
import { fromHex, toHex } from '#shared/lib/hex';
import { toUtf8 } from '#shared/lib/utf8';
import { decodeString } from './decode-string.ts';
import { DerError } from './der-error.ts';
import { DerReader, integerOf } from './der-reader.ts';
import {
  encodeBitString,
  encodeBoolean,
  encodeElement,
  encodeExplicit,
  encodeGeneralizedTime,
  encodeInteger,
  encodeNull,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
  encodeSetOf,
  encodeUtcTime,
  encodeUtf8String,
} from './encode-der.ts';
import { decodeOid, encodeOid } from './oid.ts';
import { type DerNode, parseDer } from './parse-der.ts';
import { parseTime } from './parse-time.ts';
import { tag } from './tag.ts';

/** Builds the encoding anew from tags, primitive contents and structure alone. */
function encodeNode(node: DerNode): Uint8Array {
  const constructed = (node.tag & 0x20) !== 0;
  return encodeElement(node.tag, ...(constructed ? node.children.map(encodeNode) : [node.content]));
}

const code = (expected: string) => expect.objectContaining({ code: expected });

const primitive = fc.oneof(
  fc.bigInt({ min: -(1n << 200n), max: 1n << 200n }).map((value) => encodeInteger(value)),
  fc.boolean().map(encodeBoolean),
  fc.uint8Array({ maxLength: 300 }).map(encodeOctetString),
  fc.uint8Array({ maxLength: 20 }).map((bytes) => encodeBitString(bytes)),
  fc.string({ unit: 'grapheme' }).map(encodeUtf8String),
  fc.constant(encodeNull()),
  fc.integer({ min: -631_152_000, max: 2_524_607_999 }).map((second) => encodeUtcTime(1000 * second)),
  fc.integer({ min: 0, max: 253_402_300_799_999 }).map(encodeGeneralizedTime),
  fc
    .tuple(fc.nat(2), fc.nat(39), fc.array(fc.nat(), { maxLength: 5 }))
    .map(([root, second, rest]) => encodeObjectIdentifier([root, second, ...rest].join('.'))),
  fc.uint8Array({ maxLength: 5 }).map((bytes) => encodeElement(tag.primitive(1), bytes)),
);
const { element } = fc.letrec<{ element: Uint8Array }>((tie) => ({
  element: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    primitive,
    fc.array(tie('element'), { maxLength: 4 }).map((parts) => encodeSequence(...parts)),
    fc.uniqueArray(tie('element'), { maxLength: 4, selector: toHex }).map((parts) => encodeSetOf(parts)),
    tie('element').map((part) => encodeExplicit(0, part)),
  ),
}));

test('what the builders write parses, and encodes again to the identical bytes', () => {
  fc.assert(
    fc.property(element, (der) => {
      expect(toHex(encodeNode(parseDer(der)))).toBe(toHex(der));
    }),
  );
});

test('a changed encoding is refused with a code or is again the only encoding of its value', () => {
  fc.assert(
    fc.property(element, fc.nat(), fc.integer({ min: 1, max: 255 }), (der, position, mask) => {
      const changed = new Uint8Array(der);
      const at = position % changed.length;
      changed[at] = (changed[at] ?? 0) ^ mask;
      expectCanonicalOrRefused(changed);
    }),
    { numRuns: 1000 },
  );
});

test('random bytes are refused with a code or are canonical', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), expectCanonicalOrRefused), { numRuns: 1000 });
});

function expectCanonicalOrRefused(bytes: Uint8Array): void {
  let node: DerNode;
  try {
    node = parseDer(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(DerError);
    return;
  }
  expect(toHex(encodeNode(node))).toBe(toHex(bytes));
}

test('every truncation is refused with a code', () => {
  fc.assert(
    fc.property(element, fc.nat(), (der, length) => {
      expect(() => parseDer(der.subarray(0, length % der.length))).toThrow(DerError);
    }),
  );
});

const refused: Record<string, [string, string]> = {
  'empty input': ['', 'TRUNCATED'],
  'no length': ['30', 'TRUNCATED'],
  'content cut off': ['0403aabb', 'TRUNCATED'],
  'length octets cut off': ['048201', 'TRUNCATED'],
  'length of five octets': ['04850000000001aa', 'TRUNCATED'],
  'bytes behind the end': ['050000', 'TRAILING_BYTES'],
  'indefinite length': ['30800000', 'INDEFINITE_LENGTH'],
  'long form of a short length': ['048101aa', 'NON_MINIMAL_LENGTH'],
  'length with a leading zero': [`0482008${'0'.repeat(1)}${'aa'.repeat(128)}`, 'NON_MINIMAL_LENGTH'],
  'child longer than its parent': ['30030403aa', 'TRUNCATED'],
  'high tag number': ['1f8101', 'UNKNOWN_TAG'],
  'constructed octet string': ['24030401aa', 'UNKNOWN_TAG'],
  'primitive sequence': ['1000', 'UNKNOWN_TAG'],
  'type not in use (REAL)': ['0900', 'UNKNOWN_TAG'],
  'end of contents': ['0000', 'UNKNOWN_TAG'],
  'TRUE as 01': ['010101', 'BAD_BOOLEAN'],
  'boolean of two octets': ['0102ffff', 'BAD_BOOLEAN'],
  'empty integer': ['0200', 'BAD_INTEGER'],
  'integer with a leading zero': ['02020001', 'BAD_INTEGER'],
  'integer with a leading ff': ['0202ff80', 'BAD_INTEGER'],
  'bit string without count': ['0300', 'BAD_BIT_STRING'],
  'bit string with eight unused bits': ['03020800', 'BAD_BIT_STRING'],
  'unused bits set': ['03020101', 'BAD_BIT_STRING'],
  'unused bits of no octet': ['030101', 'BAD_BIT_STRING'],
  'NULL with content': ['050100', 'BAD_NULL'],
  'empty object identifier': ['0600', 'BAD_OID'],
  'object identifier with a padded first arc': ['06028001', 'BAD_OID'],
  'object identifier cut inside an arc': ['060188', 'BAD_OID'],
  'malformed UTF-8': ['0c01ff', 'BAD_STRING'],
  'overlong UTF-8': ['0c02c080', 'BAD_STRING'],
  'at sign in a PrintableString': ['130140', 'BAD_STRING'],
  'high octet in an IA5String': ['160180', 'BAD_STRING'],
  'letter in a NumericString': ['120141', 'BAD_STRING'],
  'control character in a VisibleString': ['1a010a', 'BAD_STRING'],
  'odd BMPString': ['1e0141', 'BAD_STRING'],
  'unsorted set': ['3106020102020101', 'UNSORTED_SET'],
  'set with a duplicate': ['3106020101020101', 'UNSORTED_SET'],
};

test.each(Object.entries(refused))('refuses %s', (_, [hex, expected]) => {
  expect(() => parseDer(fromHex(hex))).toThrow(code(expected));
});

const badTimes = [
  '1726110101020Z', // no seconds
  '260231000000Z', // 31 February
  '261301000000Z', // month 13
  '260101240000Z', // hour 24
  '260101235960Z', // leap second
  '2601010000000', // no Z
  '260101000000+0000',
];
test.each(badTimes)('refuses UTCTime %s', (text) => {
  expect(() => parseDer(encodeElement(tag.utcTime, toUtf8(text)))).toThrow(code('BAD_TIME'));
});

const badGeneralizedTimes = [
  '20260101000000.Z',
  '20260101000000.10Z',
  '20260101000000,1Z',
  '20260101000000',
  '202601010000Z',
  '20260101000000.1234567891Z',
];
test.each(badGeneralizedTimes)('refuses GeneralizedTime %s', (text) => {
  expect(() => parseDer(encodeElement(tag.generalizedTime, toUtf8(text)))).toThrow(code('BAD_TIME'));
});

test('nesting that would exhaust the stack is refused', () => {
  let der: Uint8Array = encodeNull();
  for (let depth = 0; depth < 41; depth++) der = encodeSequence(der);
  expect(() => parseDer(der)).toThrow(code('TOO_DEEP'));
  const deep = concatBytes(...Array.from({ length: 20_000 }, () => Uint8Array.of(0x30, 0x80)));
  expect(() => parseDer(deep)).toThrow(DerError);
});

test('known encodings (X.690 §8, RFC 5280)', () => {
  expect(toHex(encodeInteger(0))).toBe('020100');
  expect(toHex(encodeInteger(127))).toBe('02017f');
  expect(toHex(encodeInteger(128))).toBe('02020080');
  expect(toHex(encodeInteger(-128))).toBe('020180');
  expect(toHex(encodeInteger(-129))).toBe('0202ff7f');
  expect(toHex(encodeObjectIdentifier('1.2.840.113549'))).toBe('06062a864886f70d');
  expect(toHex(encodeObjectIdentifier('2.999.3'))).toBe('0603883703');
  expect(toHex(encodeOctetString(new Uint8Array(200))).slice(0, 6)).toBe('0481c8');
  expect(toHex(encodeOctetString(new Uint8Array(65_536))).slice(0, 10)).toBe('0483010000');
  expect(toHex(encodeUtcTime(Date.UTC(1999, 11, 31, 23, 59, 59)))).toBe('170d3939313233313233353935395a');
  expect(decodeString(parseDer(fromHex('1e044e2d6587')))).toBe('中文');
});

test('values survive the way out and back', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(1n << 500n), max: 1n << 500n }), (value) => {
      expect(integerOf(parseDer(encodeInteger(value)))).toBe(value);
    }),
  );
  fc.assert(
    fc.property(fc.nat(2), fc.nat(39), fc.array(fc.nat(), { maxLength: 5 }), (root, second, rest) => {
      const dotted = [root, second, ...rest].join('.');
      expect(decodeOid(encodeOid(dotted))).toBe(dotted);
    }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 253_402_300_799_999 }), (at) => {
      const { content } = parseDer(encodeGeneralizedTime(at));
      expect(parseTime(tag.generalizedTime, content)).toBe(at);
    }),
  );
});

test('values that have no encoding are refused', () => {
  for (const text of ['', '1', '3.1', '1.40', '1.2.03', '1.-2', '1.2.', 'a.b'])
    expect(() => encodeOid(text), text).toThrow(code('BAD_OID'));
  expect(() => encodeUtcTime(Date.UTC(2050, 0, 1))).toThrow(code('BAD_TIME'));
  expect(() => encodeUtcTime(500)).toThrow(code('BAD_TIME'));
});

test('the reader names what it misses', () => {
  const der = encodeSequence(encodeInteger(1), encodeNull());
  const reader = DerReader.of(der, 'sample');
  expect(() => DerReader.of(der, 'sample').boolean()).toThrow(code('UNEXPECTED_TAG'));
  expect(reader.number()).toBe(1);
  expect(() => reader.end()).toThrow(expect.objectContaining({ code: 'TRAILING_BYTES', entry: 'sample' }));
  reader.next(tag.null);
  expect(() => reader.any()).toThrow(expect.objectContaining({ code: 'MISSING_ELEMENT', entry: 'sample' }));
  const large = encodeSequence(encodeInteger(1n << 60n), encodeInteger(1n << 600n));
  expect(() => DerReader.of(large, 'x').number()).toThrow(code('BAD_INTEGER'));
  const second = DerReader.of(large, 'x');
  second.integer();
  expect(() => second.integer()).toThrow(code('BAD_INTEGER'));
});
