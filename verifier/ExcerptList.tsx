import { visibleText } from '#shared/seal/visible-text';
import { excerptText } from '#shared/verify/excerpt-text';
import type { Language } from '#shared/view/language';
import { FileButton } from './FileButton.tsx';
import type { ExcerptFile } from './state.ts';
import { pageText } from './text.ts';

interface ExcerptListProps {
  readonly excerpts: readonly ExcerptFile[];
  onFiles(files: readonly File[]): Promise<void>;
  readonly language: Language;
}

/** Checks video files against the recording of the package shown. */
export function ExcerptList({ excerpts, onFiles, language }: ExcerptListProps) {
  const text = pageText[language];
  return (
    <section class="excerpts">
      <h3>{text.excerpts}</h3>
      <p class="hint">{text.excerptsHint}</p>
      <FileButton id="excerpts" label={text.chooseExcerpts} onFiles={onFiles} />
      <ul aria-live="polite">
        {excerpts.map(({ name, report }, index) => (
          <li key={`${index} ${name}`} class={report?.status === 'pass' ? undefined : 'fault'}>
            {visibleText(name)} — {report === undefined ? text.cannotRead : excerptText(report)[language]}
          </li>
        ))}
      </ul>
    </section>
  );
}
