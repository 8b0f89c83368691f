import * as v from 'valibot';
import type { JournalLine } from '#shared/journal/entry';
import type { FactValue } from './facts.ts';
import { numberRange } from './number-range.ts';
import { phrase, printable } from './values.ts';

const number = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const losses = v.object({
  capture: v.string(),
  lost: v.array(
    v.object({
      device: v.string(),
      known: number,
      last: number,
      unsealed: v.array(v.tuple([number, number])),
    }),
  ),
});

/**
 * Numbers the device gave out and knows nothing of any more, as its journal says where the capture began: one value for
 * each loss, empty when none is told.
 */
export function lostNumbers(journal: readonly JournalLine[], captureId: string): FactValue[] {
  for (const { event, detail } of journal) {
    if (event !== 'capture-started') continue;
    const told = v.safeParse(losses, detail);
    if (!told.success || told.output.capture !== captureId) continue;
    return told.output.lost.map(({ device, known, last, unsealed }) => {
      const numbers = numberRange({ from: known + 1, to: last });
      const open = unsealed.map(([from, to]) => numberRange({ from, to })).join(', ');
      return open === ''
        ? phrase('numbers-lost', printable(device), numbers)
        : phrase('numbers-lost-unsealed', printable(device), numbers, open);
    });
  }
  return [];
}

/** Whether a value of `lostNumbers` tells of evidence that no package holds. */
export function isUnsealed(value: FactValue): boolean {
  return value.type === 'phrase' && value.phrase === 'numbers-lost-unsealed';
}
