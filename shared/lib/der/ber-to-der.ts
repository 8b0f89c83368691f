import { concatBytes } from '#shared/lib/concat-bytes';
import { DerError } from './der-error.ts';
import { encodeElement } from './encode-der.ts';
import { tag } from './tag.ts';

/** As in `parseDer`. */
const MAX_DEPTH = 40;
const CONSTRUCTED = 0x20;
const INDEFINITE = 0x80;

interface Element {
  readonly der: Uint8Array;
  /** Content octets of `der`. */
  readonly content: Uint8Array;
  /** Offset behind the element in the input. */
  readonly end: number;
}

/**
 * Writes one BER element anew with definite lengths in their shortest form and strings in one piece (ITU-T X.690
 * §8.1.3.6, §8.7.3, §10.1, §10.2). CMS allows BER around its signed parts (RFC 5652 §5.3, §5.4: what is signed is DER
 * or an octet string's value), and some time-stamp authorities use it. Values stay as they are: input in DER comes
 * back unchanged, and other liberties of BER are left for `parseDer` to refuse.
 * @throws DerError TRUNCATED, TRAILING_BYTES, TOO_DEEP, UNKNOWN_TAG, BAD_STRING, INDEFINITE_LENGTH on a primitive
 */
export function berToDer(bytes: Uint8Array): Uint8Array {
  const { der, end } = convert(bytes, 0, bytes.length, 0);
  if (end !== bytes.length)
    throw new DerError('TRAILING_BYTES', `${bytes.length - end} bytes behind the end`);
  return der;
}

function convert(bytes: Uint8Array, start: number, limit: number, depth: number): Element {
  if (depth > MAX_DEPTH) throw new DerError('TOO_DEEP', `nested more than ${MAX_DEPTH} deep`);
  const identifier = octetAt(bytes, start, limit);
  if ((identifier & 0x1f) === 0x1f) throw new DerError('UNKNOWN_TAG', 'high tag numbers are not used');
  const { length, offset } = lengthAt(bytes, start + 1, limit);
  if (length !== undefined && offset + length > limit) throw new DerError('TRUNCATED', 'content ends early');
  if ((identifier & CONSTRUCTED) === 0) {
    if (length === undefined)
      throw new DerError('INDEFINITE_LENGTH', 'indefinite length of a primitive element');
    const content = bytes.subarray(offset, offset + length);
    return { der: encodeElement(identifier, content), content, end: offset + length };
  }
  const { children, end } = convertChildren(bytes, { offset, length, limit }, depth);
  return identifier === (tag.octetString | CONSTRUCTED)
    ? { ...joined(children), end }
    : { ...rebuilt(identifier, children), end };
}

function rebuilt(identifier: number, children: readonly Element[]): Pick<Element, 'der' | 'content'> {
  const content = concatBytes(...children.map(({ der }) => der));
  return { der: encodeElement(identifier, content), content };
}

/** A string in pieces; pieces may be in pieces again, which by now are whole. */
function joined(pieces: readonly Element[]): Pick<Element, 'der' | 'content'> {
  if (pieces.some(({ der }) => der[0] !== tag.octetString))
    throw new DerError('BAD_STRING', 'an octet string holds something else');
  const content = concatBytes(...pieces.map((piece) => piece.content));
  return { der: encodeElement(tag.octetString, content), content };
}

/** `length` is `undefined` when an end-of-contents element closes the list. */
function convertChildren(
  bytes: Uint8Array,
  { offset, length, limit }: { offset: number; length: number | undefined; limit: number },
  depth: number,
): { children: Element[]; end: number } {
  const children: Element[] = [];
  const end = length === undefined ? limit : offset + length;
  let at = offset;
  while (length === undefined ? !isEndOfContents(bytes, at, limit) : at < end) {
    const child = convert(bytes, at, end, depth + 1);
    children.push(child);
    at = child.end;
  }
  return { children, end: length === undefined ? at + 2 : at };
}

function isEndOfContents(bytes: Uint8Array, at: number, limit: number): boolean {
  return octetAt(bytes, at, limit) === 0 && octetAt(bytes, at + 1, limit) === 0;
}

function lengthAt(bytes: Uint8Array, start: number, limit: number): { length?: number; offset: number } {
  const first = octetAt(bytes, start, limit);
  if (first === INDEFINITE) return { offset: start + 1 };
  if (first < INDEFINITE) return { length: first, offset: start + 1 };
  const count = first & 0x7f;
  let length = 0;
  for (let i = 1; i <= count; i++) {
    length = length * 256 + octetAt(bytes, start + i, limit);
    if (length > bytes.length) throw new DerError('TRUNCATED', 'length exceeds the input');
  }
  return { length, offset: start + 1 + count };
}

function octetAt(bytes: Uint8Array, at: number, limit: number): number {
  const octet = at < limit ? bytes[at] : undefined;
  if (octet === undefined) throw new DerError('TRUNCATED', 'the element ends early');
  return octet;
}
