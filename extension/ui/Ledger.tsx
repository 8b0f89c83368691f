import type { NotCaptured } from '#shared/artefact/not-captured';
import { omissionLabel } from '#shared/view/text/labels';
import { filled, useWording } from './wording.ts';

const SHOWN = 200;

/** What could not be captured, one by one. */
export function Ledger({ entries }: { entries: readonly NotCaptured[] }) {
  const { text, language } = useWording();
  if (entries.length === 0) return null;
  return (
    <section class="card" aria-labelledby="ledger-title">
      <h3 id="ledger-title">
        {text.omissionsTitle} <span class="dim">{entries.length}</span>
      </h3>
      <p class="hint">{text.omissionsNote}</p>
      <ul class="ledger">
        {entries.slice(0, SHOWN).map(({ what, reason, url, detail }, index) => (
          <li key={`${index} ${what} ${reason}`}>
            <span>{omissionLabel(what, reason, language)}</span>
            {url !== undefined && <span class="url">{url}</span>}
            {detail !== undefined && <span class="dim">{detail}</span>}
          </li>
        ))}
      </ul>
      {entries.length > SHOWN && <p class="hint">{filled(text.more, entries.length - SHOWN)}</p>}
    </section>
  );
}
