import type { Json } from './canonical-json.ts';

/** Shorter texts cannot hold enough to matter. */
const UNCHECKED_CHARACTERS = 2 ** 20;
/** A capture of 60,000 files, the most a bundle holds, lists a million values. */
const MAX_VALUES = 2_000_000;

/**
 * `JSON.parse` for text of strangers: 64 MiB of `[[[[…` would become gigabytes of objects, so a long text is looked
 * through first.
 * @throws SyntaxError when it is not JSON; RangeError when it holds more than 2,000,000 values.
 */
export function parseJson(text: string): Json {
  if (text.length > UNCHECKED_CHARACTERS && countValues(text) > MAX_VALUES)
    throw new RangeError(`more than ${MAX_VALUES} values`);
  return JSON.parse(text);
}

/** Upper bound: commas and opening brackets outside strings, each of which begins a value; stops above the limit. */
function countValues(text: string): number {
  let count = 1;
  for (let at = 0; at < text.length && count <= MAX_VALUES; at++) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) at = endOfString(text, at);
    else if (unit === COMMA || unit === BRACKET || unit === BRACE) count++;
  }
  return count;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const BRACE = 0x7b;

/** Position of the closing quote; the end of the text when there is none. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) return at;
    if (unit === BACKSLASH) at++;
  }
  return text.length;
}
