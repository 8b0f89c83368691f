import { factRows } from '#shared/verify/fact-rows';
import type { PackageFacts } from '#shared/verify/package-facts';
import { hashGroups } from '../format.ts';
import type { Language } from '../language.ts';

/** What the package says of itself, as far as checks established it. */
export function FactTable({ facts, language }: { facts: PackageFacts; language: Language }) {
  return (
    <table class="facts">
      <tbody>
        {factRows(facts).map(({ label, value, digest }) => (
          <tr key={label.en}>
            <th scope="row">{label[language]}</th>
            <td>
              {digest === true ? (
                <code class="digest">
                  {hashGroups(value.en).map((group, index) => (
                    <span key={`${index} ${group}`}>{group}</span>
                  ))}
                </code>
              ) : (
                value[language]
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
