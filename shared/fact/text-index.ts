/** Shorter texts are searched as they are. */
const WORTH_INDEXING = 2000;
const MAX_BITS = 2 ** 24;
/** A word that goes on is another word: `99` does not stand in `1999`. Scripts without spaces have no such ends. */
const WORD = /[\p{Script=Latin}\p{Nd}]/u;
const DECIMAL = /^[.,]\p{Nd}/u;

/**
 * One text in which many others are looked for. A set of its triples of characters tells at once of most texts that
 * do not occur, so that a long body is not searched for each of them.
 */
export class TextIndex {
  readonly #text: string;
  readonly #bits: Uint32Array | undefined;

  /** @param text in normal form */
  constructor(text: string) {
    this.#text = text;
    this.#bits = text.length < WORTH_INDEXING ? undefined : triplesOf(text);
  }

  /** Whether `wanted` (in normal form, not empty) occurs, and not as a part of longer words or numbers. */
  holds(wanted: string): boolean {
    if (this.#bits !== undefined && !hasTriples(this.#bits, wanted)) return false;
    for (let at = this.#text.indexOf(wanted); at >= 0; at = this.#text.indexOf(wanted, at + 1))
      if (this.#standsAlone(at, wanted)) return true;
    return false;
  }

  #standsAlone(at: number, wanted: string): boolean {
    const text = this.#text;
    const end = at + wanted.length;
    const first = wanted[0] ?? '';
    const last = wanted.at(-1) ?? '';
    if (WORD.test(first) && WORD.test(text[at - 1] ?? '')) return false;
    if (!WORD.test(last)) return true;
    return !WORD.test(text[end] ?? '') && !(/\p{Nd}/u.test(last) && DECIMAL.test(text.slice(end, end + 2)));
  }
}

function triplesOf(text: string): Uint32Array {
  const wanted = Math.min(MAX_BITS, 2 ** Math.ceil(Math.log2(8 * text.length)));
  const bits = new Uint32Array(wanted / 32);
  for (let at = 0; at + 2 < text.length; at++) {
    const place = placeOf(text, at, wanted);
    bits[place >>> 5] = (bits[place >>> 5] ?? 0) | (1 << (place & 31));
  }
  return bits;
}

function hasTriples(bits: Uint32Array, text: string): boolean {
  const size = bits.length * 32;
  for (let at = 0; at + 2 < text.length; at++) {
    const place = placeOf(text, at, size);
    if (((bits[place >>> 5] ?? 0) & (1 << (place & 31))) === 0) return false;
  }
  return true;
}

/** @param size a power of two */
function placeOf(text: string, at: number, size: number): number {
  const mixed =
    Math.imul(text.charCodeAt(at), 0x9e3779b1) ^
    Math.imul(text.charCodeAt(at + 1), 0x85ebca6b) ^
    Math.imul(text.charCodeAt(at + 2), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 15)) >>> 0) & (size - 1);
}
