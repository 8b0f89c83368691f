import { expect, test } from 'vitest';
import { splitByGaps } from './split-by-gaps.ts';

const gap = (first: number, last: number) => ({ device: 'a', first, last, declaredAt: 0 });
const declaredAt = '1970-01-01T00:00:00.000Z';

test('what was declared is a gap, the rest is awaited; a gap filled in part is what is left of it', () => {
  expect(splitByGaps([], [gap(1, 9)])).toEqual({ awaited: [], gaps: [] });
  expect(splitByGaps([{ from: 3, to: 9 }], [])).toEqual({ awaited: [{ from: 3, to: 9 }], gaps: [] });
  expect(splitByGaps([{ from: 3, to: 9 }], [gap(1, 4), gap(6, 6)])).toEqual({
    awaited: [
      { from: 5, to: 5 },
      { from: 7, to: 9 },
    ],
    gaps: [
      { from: 3, to: 4, declaredAt },
      { from: 6, to: 6, declaredAt },
    ],
  });
  expect(
    splitByGaps(
      [
        { from: 1, to: 2 },
        { from: 4, to: 5 },
      ],
      [gap(1, 5)],
    ),
  ).toEqual({
    awaited: [],
    gaps: [
      { from: 1, to: 2, declaredAt },
      { from: 4, to: 5, declaredAt },
    ],
  });
});
