/**
 * Characters a reader cannot see, or that reorder what he sees: controls, format characters (bidi marks and
 * overrides, zero-width characters, soft hyphen, tags), surrogates, private use, unassigned, separators other than
 * the plain space, and Hangul and Khmer fillers, which look like spaces.
 */
const INVISIBLE =
  /[\p{C}\p{Zl}\p{Zp}\u115f\u1160\u17b4\u17b5\u3164\uffa0]|(?! )\p{Zs}|[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/gu;

/** `[U+202E]`: how a character that must not act on the page is printed. */
export function codePoint(character: string): string {
  const value = character.codePointAt(0) ?? 0;
  return `[U+${value.toString(16).toUpperCase().padStart(4, '0')}]`;
}

/**
 * `text` with every invisible or reordering character as its code point in brackets. Two different titles never
 * print alike because of characters that cannot be seen.
 */
export function visibleText(text: string): string {
  return text.replace(INVISIBLE, codePoint);
}

/** Longest visible prefix of at most `max` characters, with the number of those left out. Shorten before `visibleText`, so that no bracket is cut. */
export function shortened(text: string, max: number): string {
  const characters = [...text];
  if (characters.length <= max) return text;
  return `${characters.slice(0, max).join('')}…(+${characters.length - max})`;
}
