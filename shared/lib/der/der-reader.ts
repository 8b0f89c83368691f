import { toHex } from '#shared/lib/hex';
import { DerError } from './der-error.ts';
import { decodeOid } from './oid.ts';
import { type DerNode, parseDer } from './parse-der.ts';
import { parseTime } from './parse-time.ts';
import { tag } from './tag.ts';

/**
 * Walks the children of one constructed element in order. `what` names the structure in error messages.
 * Every method throws DerError MISSING_ELEMENT at the end and UNEXPECTED_TAG for another type.
 */
export class DerReader {
  readonly #nodes: readonly DerNode[];
  readonly #what: string;
  #index = 0;

  constructor(node: DerNode, what: string) {
    this.#nodes = node.children;
    this.#what = what;
  }

  /** Reader over `bytes`, which must be one element with identifier `expected`. */
  static of(bytes: Uint8Array, what: string, expected: number = tag.sequence): DerReader {
    return DerReader.over(parseDer(bytes), what, expected);
  }

  /** Reader over `node`, which must have identifier `expected`. */
  static over(node: DerNode, what: string, expected: number = tag.sequence): DerReader {
    if (node.tag !== expected) throw unexpected(node, what);
    return new DerReader(node, what);
  }

  /** Whether another element follows. */
  get more(): boolean {
    return this.#index < this.#nodes.length;
  }

  any(): DerNode {
    const node = this.#nodes[this.#index];
    if (node === undefined)
      throw new DerError('MISSING_ELEMENT', `${this.#what} ends early`, { entry: this.#what });
    this.#index++;
    return node;
  }

  next(expected: number): DerNode {
    const node = this.any();
    if (node.tag !== expected) throw unexpected(node, this.#what);
    return node;
  }

  /** The next element when it has this identifier; otherwise nothing is consumed. */
  optional(expected: number): DerNode | undefined {
    return this.#nodes[this.#index]?.tag === expected ? this.any() : undefined;
  }

  /** Reader over the next element. */
  enter(expected: number = tag.sequence): DerReader {
    return new DerReader(this.next(expected), this.#what);
  }

  /** All elements not yet read. */
  rest(): readonly DerNode[] {
    const nodes = this.#nodes.slice(this.#index);
    this.#index = this.#nodes.length;
    return nodes;
  }

  integer(): bigint {
    return integerOf(this.next(tag.integer));
  }

  optionalInteger(): bigint | undefined {
    const node = this.optional(tag.integer);
    return node === undefined ? undefined : integerOf(node);
  }

  /** @throws DerError BAD_INTEGER outside ±2^53 */
  number(): number {
    const value = this.integer();
    if (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER)
      throw new DerError('BAD_INTEGER', `number in ${this.#what} is too large`, { entry: this.#what });
    return Number(value);
  }

  oid(): string {
    return decodeOid(this.next(tag.oid).content);
  }

  octets(): Uint8Array {
    return this.next(tag.octetString).content;
  }

  /** A BIT STRING of whole octets, as signatures and keys are. */
  bitOctets(): Uint8Array {
    const { content } = this.next(tag.bitString);
    if (content[0] !== 0)
      throw new DerError('BAD_BIT_STRING', `bits of ${this.#what} are not whole octets`, {
        entry: this.#what,
      });
    return content.subarray(1);
  }

  boolean(): boolean {
    return this.next(tag.boolean).content[0] !== 0;
  }

  /** UTC milliseconds of a GeneralizedTime. */
  generalizedTime(): number {
    return parseTime(tag.generalizedTime, this.next(tag.generalizedTime).content);
  }

  /** @throws DerError TRAILING_BYTES when an element is left */
  end(): void {
    if (this.more)
      throw new DerError('TRAILING_BYTES', `unexpected element in ${this.#what}`, { entry: this.#what });
  }
}

function unexpected(node: DerNode, what: string): DerError {
  return new DerError('UNEXPECTED_TAG', `unexpected type ${node.tag.toString(16)} in ${what}`, {
    entry: what,
  });
}

/** Serial numbers and nonces have at most 20 octets; the bound keeps hostile input from costing time. */
const MAX_INTEGER_OCTETS = 64;

/** Value of an INTEGER or ENUMERATED element. @throws DerError BAD_INTEGER beyond 512 bits */
export function integerOf({ content }: DerNode): bigint {
  if (content.length > MAX_INTEGER_OCTETS) throw new DerError('BAD_INTEGER', 'integer is too large');
  return BigInt.asIntN(8 * content.length, BigInt(`0x${toHex(content)}`));
}
