const NUMBER = String.raw`\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,9}(?:\.\d{1,2})?`;
const BEFORE = new RegExp(String.raw`(?:[¥￥]|\b(?:CNY|RMB))\s*(${NUMBER})(?![\d.])`, 'giu');
const BEHIND = new RegExp(String.raw`(?<![\d.,])(${NUMBER})\s*(?:元|圆|CNY\b|RMB\b)`, 'giu');
/** A currency sign and its number often stand in text nodes of their own. */
const JOIN = '\n';
const SPLIT_SIGN = /(?<=[¥￥])\n|\n(?=\.\d{1,2}(?!\d))|(?<=\d\.)\n(?=\d)/gu;

/**
 * Distinct prices in yuan among lines of visible text, as plain decimals with two places (`1299.00`), in the order of
 * their first showing. A number without a currency is no price.
 */
export function pricesIn(lines: readonly string[]): string[] {
  const text = lines.join(JOIN).replaceAll(SPLIT_SIGN, '');
  const found = [BEFORE, BEHIND].flatMap((form) =>
    [...text.matchAll(form)].map(({ index, 1: number = '' }) => ({ index, number })),
  );
  const inOrder = found.toSorted((a, b) => a.index - b.index);
  return [...new Set(inOrder.map(({ number }) => Number(number.replaceAll(',', '')).toFixed(2)))];
}
