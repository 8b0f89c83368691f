import { useState } from 'preact/hooks';
import type { CaptureRecord } from '#shared/bundle/capture-record';
import { visibleText } from '#shared/seal/visible-text';
import type { Language } from '../language.ts';
import { omissionLabel } from '../text/labels.ts';
import { verifyText } from '../text/verify-text.ts';

const SHOWN = 100;

/** What could not be captured, one by one. */
export function LedgerList({
  entries,
  language,
}: {
  entries: CaptureRecord['notCaptured'];
  language: Language;
}) {
  const [all, setAll] = useState(false);
  const text = verifyText[language];
  if (entries.length === 0) return <p class="hint">{text.ledgerEmpty}</p>;
  const hidden = all ? 0 : Math.max(0, entries.length - SHOWN);
  return (
    <>
      <ul class="ledger">
        {entries.slice(0, entries.length - hidden).map(({ what, reason, url, detail }, index) => (
          <li key={`${index} ${what} ${reason}`}>
            {omissionLabel(what, reason, language)}
            {url !== undefined && <span class="url">{visibleText(url)}</span>}
            {detail !== undefined && <span class="detail">{visibleText(detail)}</span>}
          </li>
        ))}
      </ul>
      {hidden > 0 && (
        <button type="button" onClick={() => setAll(true)}>
          {text.showAll(entries.length)}
        </button>
      )}
    </>
  );
}
