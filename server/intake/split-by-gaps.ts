import type { Numbering, NumberRange } from '#shared/seal/certificate/input';
import type { NumberGap } from '../store/numbering.ts';

/**
 * Divides missing numbers into those declared missing and those still awaited. Both lists are ascending and without
 * overlaps within themselves; a declared gap may meanwhile have been filled in part.
 */
export function splitByGaps(
  missing: readonly NumberRange[],
  declared: readonly NumberGap[],
): Pick<Numbering, 'awaited' | 'gaps'> {
  const awaited: NumberRange[] = [];
  const gaps: Numbering['gaps'][number][] = [];
  for (const { from, to } of missing) {
    let next = from;
    for (const { first, last, declaredAt } of declared) {
      if (last < next || first > to) continue;
      if (first > next) awaited.push({ from: next, to: first - 1 });
      const end = Math.min(last, to);
      gaps.push({ from: Math.max(first, next), to: end, declaredAt: new Date(declaredAt).toISOString() });
      next = end + 1;
    }
    if (next <= to) awaited.push({ from: next, to });
  }
  return { awaited, gaps };
}
