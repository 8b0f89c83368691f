import type { FactValue } from './facts.ts';
import type { CertificateInput } from './input.ts';
import { numberRange } from './number-range.ts';
import { phrase } from './values.ts';

/** What became of the numbers of the device below this capture's: accounted for, ended, awaited, missing. */
export function numberingValues({ numbering }: CertificateInput): FactValue[] {
  if (numbering === undefined) return [phrase('numbering-unknown')];
  const { completeTo, awaited, gaps, closed } = numbering;
  return [
    phrase('numbers-complete', String(completeTo)),
    ...(awaited.length === 0 ? [] : [phrase('numbers-awaited', awaited.map(numberRange).join(', '))]),
    ...gaps.map(({ declaredAt, ...range }) => phrase('numbers-gap', numberRange(range), declaredAt)),
    ...outcomes(closed).map((outcome) => {
      const numbers = closed.filter((one) => one.outcome === outcome).map(({ sequence }) => sequence);
      return phrase('number-closed', numbers.join(', '), outcome);
    }),
  ];
}

function outcomes(closed: readonly { readonly outcome: string }[]): string[] {
  return [...new Set(closed.map(({ outcome }) => outcome))].sort();
}
