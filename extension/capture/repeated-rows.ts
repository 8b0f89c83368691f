import type { RowHashes } from './row-hashes.ts';

/** Fewer rows with content than this say nothing. */
const MIN_ROWS = 40;
const SAME = 0.98;

/** Whether the rows of `a` that show something are, almost all, those of `b` at the same height. */
export function sameRows(a: RowHashes, b: RowHashes): boolean {
  return isRepeat(a, b, 0, Math.min(a.length, b.length));
}

/**
 * Whether a picture repeats itself every `period` rows: what a shot taken too early shows (measured: the viewport
 * again and again, size and return code normal).
 */
export function repeatsEvery(rows: RowHashes, period: number): boolean {
  return period > 0 && period < rows.length && isRepeat(rows, rows, period, rows.length - period);
}

function isRepeat(a: RowHashes, b: RowHashes, shift: number, count: number): boolean {
  let shown = 0;
  let same = 0;
  for (let row = 0; row < count; row++) {
    const value = a[row] ?? 0;
    const other = b[row + shift] ?? 0;
    if (value === 0 && other === 0) continue;
    shown++;
    if (value === other) same++;
  }
  return shown >= MIN_ROWS && same / shown >= SAME;
}
