import { claimsOf } from '#shared/verify/claims';
import type { Bilingual } from '#shared/verify/report';
import type { PackageReport } from '#shared/verify/verify-package';
import type { Language } from '../language.ts';
import { verifyText } from '../text/verify-text.ts';

/** What it proves, what that rests on, what it does not prove. */
export function ClaimLists({ report, language }: { report: PackageReport; language: Language }) {
  const claims = claimsOf(report);
  const text = verifyText[language];
  const lists: [string, readonly Bilingual[]][] = [
    [text.proves, claims.proves],
    [text.restsOn, claims.restsOn],
    [text.doesNotProve, claims.doesNotProve],
  ];
  return (
    <div class="claims">
      {lists.map(([title, sentences]) => (
        <section key={title}>
          <h3>{title}</h3>
          <ul>
            {sentences.map((sentence) => (
              <li key={sentence.en}>{sentence[language]}</li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
