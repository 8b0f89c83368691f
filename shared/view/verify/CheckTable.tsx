import type { Check, CheckStatus } from '#shared/verify/report';
import { faultText, statusWords } from '#shared/verify/status-text';
import type { Language } from '../language.ts';
import { verifyText } from '../text/verify-text.ts';

const marks: Record<CheckStatus, string> = { pass: '✓', fail: '✗', 'not-checked': '–' };

/** Every check with what it proves and on whom that rests; what failed stands first in colour, not in order. */
export function CheckTable({ checks, language }: { checks: readonly Check[]; language: Language }) {
  const text = verifyText[language];
  return (
    <table class="checks">
      <thead>
        <tr>
          <th>{text.result}</th>
          <th>{text.provesColumn}</th>
          <th>{text.restsOnColumn}</th>
        </tr>
      </thead>
      <tbody>
        {checks.map((check) => (
          <CheckRow key={check.id} check={check} language={language} />
        ))}
      </tbody>
    </table>
  );
}

function CheckRow({ check, language }: { check: Check; language: Language }) {
  const { id, status, proves, restsOn } = check;
  const fault = faultText(check)[language];
  return (
    <tr class={`check check-${status}`} data-check={id}>
      <td>
        <span class="mark" aria-hidden="true">
          {marks[status]}
        </span>{' '}
        {statusWords[status][language]}
      </td>
      <td>
        {proves[language]}
        {fault !== '' && <p class="fault">{fault}</p>}
        <p class="id">{id}</p>
      </td>
      <td>{restsOn[language]}</td>
    </tr>
  );
}
