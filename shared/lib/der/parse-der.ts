import { checkPrimitive } from './check-primitive.ts';
import { compareDer } from './compare-der.ts';
import { DerError } from './der-error.ts';
import { tag } from './tag.ts';

/** One element of a DER encoding. All arrays are views of one private copy of the input. */
export interface DerNode {
  /** Identifier octet. */
  readonly tag: number;
  /** Identifier, length and content octets. */
  readonly der: Uint8Array;
  readonly content: Uint8Array;
  /** In order; empty for a primitive element. */
  readonly children: readonly DerNode[];
}

/** Certificates and tokens nest about 15 deep; the bound keeps hostile input off the call stack. */
const MAX_DEPTH = 40;

/**
 * Parses exactly one DER element (ITU-T X.690 §10, §11): definite minimal lengths, minimal integers and object
 * identifiers, TRUE as FF, zero unused bits, sorted SET OF, UTC times with seconds, nothing behind the end. Every
 * accepted input therefore has no second spelling: encoding the tree again gives the identical bytes.
 * Context-tagged elements are opaque when primitive and walked when constructed.
 * @throws DerError
 */
export function parseDer(bytes: Uint8Array): DerNode {
  const copy = new Uint8Array(bytes);
  const node = parseElement(copy, 0, 0);
  if (node.der.length !== copy.length)
    throw new DerError('TRAILING_BYTES', `${copy.length - node.der.length} bytes behind the end`);
  return node;
}

function parseElement(bytes: Uint8Array, start: number, depth: number): DerNode {
  if (depth > MAX_DEPTH) throw new DerError('TOO_DEEP', `nested more than ${MAX_DEPTH} deep`);
  const identifier = bytes[start];
  if (identifier === undefined) throw new DerError('TRUNCATED', 'identifier octet missing');
  if ((identifier & 0x1f) === 0x1f) throw new DerError('UNKNOWN_TAG', 'high tag numbers are not used');
  const { length, offset } = parseLength(bytes, start + 1);
  const end = offset + length;
  if (end > bytes.length) throw new DerError('TRUNCATED', 'content ends early');
  const content = bytes.subarray(offset, end);
  let children = NO_CHILDREN;
  if ((identifier & 0x20) === 0) checkPrimitive(identifier, content);
  else children = parseChildren(identifier, content, depth);
  return { tag: identifier, der: bytes.subarray(start, end), content, children };
}

const NO_CHILDREN: readonly DerNode[] = [];

function parseLength(bytes: Uint8Array, start: number): { length: number; offset: number } {
  const first = bytes[start];
  if (first === undefined) throw new DerError('TRUNCATED', 'length octet missing');
  if (first < 0x80) return { length: first, offset: start + 1 };
  if (first === 0x80) throw new DerError('INDEFINITE_LENGTH', 'indefinite length');
  const count = first & 0x7f;
  if (count > 4) throw new DerError('TRUNCATED', 'length exceeds the input');
  let length = 0;
  for (let i = 1; i <= count; i++) {
    const octet = bytes[start + i];
    if (octet === undefined) throw new DerError('TRUNCATED', 'length octets missing');
    length = length * 256 + octet;
  }
  const shortest = length < 0x80 ? 0 : Math.ceil((32 - Math.clz32(length)) / 8);
  if (count !== shortest) throw new DerError('NON_MINIMAL_LENGTH', 'length is not in its shortest form');
  return { length, offset: start + 1 + count };
}

function parseChildren(identifier: number, content: Uint8Array, depth: number): readonly DerNode[] {
  if ((identifier & 0xc0) === 0 && identifier !== tag.sequence && identifier !== tag.set)
    throw new DerError('UNKNOWN_TAG', `constructed form of universal type ${identifier & 0x1f}`);
  const children: DerNode[] = [];
  for (let offset = 0; offset < content.length; ) {
    const child = parseElement(content, offset, depth + 1);
    children.push(child);
    offset += child.der.length;
  }
  if (identifier === tag.set) requireSorted(children);
  return children;
}

/**
 * The sorting rule of SET OF, for sets that carry an implicit context tag and so cannot be known while parsing.
 * @throws DerError UNSORTED_SET, also for duplicates
 */
export function requireSorted(children: readonly DerNode[]): void {
  children.forEach((child, index) => {
    const before = children[index - 1];
    if (before !== undefined && compareDer(before.der, child.der) >= 0)
      throw new DerError('UNSORTED_SET', 'SET is not in DER order');
  });
}
