import type { FactsFile } from '#shared/fact/facts-file';
import type { Fact, FactValue } from './facts.ts';
import type { CertificateInput } from './input.ts';
import { phrase } from './values.ts';

/** Printed of each list; `evidence/facts.json` has more, and all counts. */
const SHOWN = 10;

/** The page beside the recorded responses and beside itself as found. Nothing for a bundle without such a file. */
export function pageComparison({ facts }: CertificateInput['bundle']): readonly Fact[] {
  if (facts === undefined) return [];
  return [
    { label: 'page-difference', mark: 'device-reported', values: differenceValues(facts) },
    { label: 'unexplained-text', mark: 'device-reported', values: unexplainedValues(facts) },
    { label: 'page-input', mark: 'device-reported', values: inputValues(facts) },
  ];
}

function differenceValues({ difference }: FactsFile): FactValue[] {
  if (difference === null) return [phrase('difference-unknown')];
  const { title, foundLines, finalLines, onlyFound, onlyFinal } = difference;
  const sameTitle = title.found === title.final;
  if (sameTitle && onlyFound.count + onlyFinal.count === 0)
    return [phrase('difference-none', String(foundLines))];
  const counts = [foundLines, finalLines, onlyFound.count, onlyFinal.count].map(String);
  const more = onlyFound.count > SHOWN || onlyFinal.count > SHOWN;
  return [
    ...(sameTitle ? [] : [phrase('difference-title', title.found, title.final)]),
    phrase('difference-lines', ...counts),
    ...onlyFound.lines.slice(0, SHOWN).map((line) => phrase('difference-found', line)),
    ...onlyFinal.lines.slice(0, SHOWN).map((line) => phrase('difference-final', line)),
    ...(more ? [phrase('listed-in-facts')] : []),
  ];
}

function unexplainedValues({ unexplained, cached }: FactsFile): FactValue[] {
  const fromCache = cached.count === 0 ? [] : [phrase('cached-responses', String(cached.count))];
  if (unexplained === null) return [phrase('unexplained-unknown'), ...fromCache];
  const { bodies, bodiesMissing, texts, count, composed, foundOnly, entries } = unexplained;
  const head =
    count === 0
      ? phrase('unexplained-none', String(texts), String(bodies))
      : phrase('unexplained-count', ...[count, texts, bodies, composed].map(String));
  return [
    head,
    ...(foundOnly === 0 ? [] : [phrase('unexplained-found-only', String(foundOnly))]),
    ...entries.slice(0, SHOWN).map(({ text }) => phrase('unexplained-entry', text)),
    ...(count > SHOWN ? [phrase('listed-in-facts')] : []),
    ...(bodiesMissing === 0 ? [] : [phrase('unexplained-missing', String(bodiesMissing))]),
    ...fromCache,
    phrase('unexplained-limits'),
  ];
}

function inputValues({ input: { found, final, changedControls } }: FactsFile): FactValue[] {
  const seen = [
    ...(found === true ? [phrase('input-found')] : []),
    ...(final === true ? [phrase('input-final')] : []),
    ...(changedControls === 0 ? [] : [phrase('input-controls', String(changedControls))]),
  ];
  if (seen.length > 0) return seen;
  return [phrase(found === null && final === null ? 'input-unknown' : 'input-none')];
}
