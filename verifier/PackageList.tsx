import { visibleText } from '#shared/seal/visible-text';
import { verdictWords } from '#shared/verify/status-text';
import { byteCount } from '#shared/view/format';
import type { Language } from '#shared/view/language';
import type { Outcome, PackageFile } from './state.ts';
import { pageText } from './text.ts';
import type { Verifier } from './use-verifier.ts';

interface PackageListProps {
  readonly verifier: Pick<Verifier, 'state' | 'select'>;
  readonly language: Language;
}

/** One row for each file; the chosen one is shown below. */
export function PackageList({ verifier, language }: PackageListProps) {
  const { state, select } = verifier;
  const text = pageText[language];
  return (
    <table class="packages">
      <thead>
        <tr>
          <th>{text.verdict}</th>
          <th>{text.file}</th>
        </tr>
      </thead>
      <tbody>
        {state.packages.map((item) => (
          <PackageRow
            key={item.id}
            item={item}
            selected={item.id === state.selected}
            language={language}
            onSelect={() => select(item.id)}
          />
        ))}
      </tbody>
    </table>
  );
}

interface PackageRowProps {
  readonly item: PackageFile;
  readonly selected: boolean;
  readonly language: Language;
  onSelect(): void;
}

function PackageRow({ item: { file, outcome }, selected, language, onSelect }: PackageRowProps) {
  const verdict = outcome.state === 'verified' ? outcome.report.verdict : outcome.state;
  return (
    <tr class={selected ? 'selected' : ''} data-file={file.name} data-outcome={verdict}>
      <td>
        <span class={`chip chip-${verdict}`}>{outcomeWord(outcome, language)}</span>
      </td>
      <td>
        <button type="button" class="link" aria-pressed={selected} onClick={onSelect}>
          {visibleText(file.name)}
        </button>{' '}
        <span class="hint">{byteCount(file.size)}</span>
      </td>
    </tr>
  );
}

function outcomeWord(outcome: Outcome, language: Language): string {
  const text = pageText[language];
  switch (outcome.state) {
    case 'waiting':
      return text.waiting;
    case 'running':
      return text.running(outcome.done, outcome.total);
    case 'verified':
      return verdictWords[outcome.report.verdict][language];
    case 'failed':
      return text.cannotRead;
  }
}
