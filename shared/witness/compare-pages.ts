import { linesOnlyIn } from '#shared/fact/lines-only-in';
import { normalText } from '#shared/fact/normal-text';
import { pricesIn } from './prices-in.ts';
import { type CaptureLook, LISTED } from './second-look-file.ts';

/** What one capture shows of a page. */
export interface PageOfCapture {
  readonly title: string;
  /** Visible text of the main frame; absent where it was not recorded. */
  readonly lines?: readonly string[];
}

/** Title, text and prices of two captures of one address, field by field. */
export function comparePages(
  first: PageOfCapture,
  second: PageOfCapture,
): Pick<CaptureLook, 'title' | 'text' | 'prices'> {
  const titles = [first, second].map(({ title }) => normalText(title).slice(0, 2000).toWellFormed());
  const [one, two] = [linesOf(first), linesOf(second)];
  const missing = one === undefined || two === undefined;
  const [onlyFirst, onlySecond] = missing ? [[], []] : [linesOnlyIn(one, two), linesOnlyIn(two, one)];
  const [onePrices, twoPrices] = [pricesIn(one ?? []), pricesIn(two ?? [])];
  const judged = (same: boolean) => (missing ? 'not-recorded' : same ? 'same' : 'different');
  return {
    title: {
      verdict: titles[0] === titles[1] ? 'same' : 'different',
      first: titles[0] ?? '',
      second: titles[1] ?? '',
    },
    text: {
      verdict: judged(onlyFirst.length + onlySecond.length === 0),
      first: one?.length ?? null,
      second: two?.length ?? null,
      onlyFirst: listed(onlyFirst),
      onlySecond: listed(onlySecond),
    },
    prices: {
      verdict: judged(onePrices.join() === twoPrices.join()),
      first: onePrices.slice(0, LISTED.prices),
      second: twoPrices.slice(0, LISTED.prices),
    },
  };
}

function linesOf({ lines }: PageOfCapture): string[] | undefined {
  return lines?.map(normalText).filter((line) => line !== '');
}

function listed(lines: readonly string[]): { count: number; lines: string[] } {
  return { count: lines.length, lines: lines.slice(0, LISTED.lines).map(shortened) };
}

function shortened(text: string): string {
  const rest = text.length - LISTED.characters;
  return (rest <= 0 ? text : `${text.slice(0, LISTED.characters)}…(+${rest})`).toWellFormed();
}
