import type { Precheck } from '../messages/protocol.ts';
import { ErrorNote } from './ErrorNote.tsx';
import { useWording } from './wording.ts';

interface Props {
  readonly check: Precheck | undefined;
  onCheck(): void;
}

/** The page that would be captured and what is to be known about it first. */
export function TargetCard({ check, onCheck }: Props) {
  const { text } = useWording();
  return (
    <section class="card" aria-labelledby="target-title">
      <div class="card-head">
        <h2 id="target-title">{text.target}</h2>
        <button type="button" class="button-small" onClick={onCheck}>
          {text.checkAgain}
        </button>
      </div>
      <div aria-live="polite">
        {check === undefined ? <p class="hint">{text.checking}</p> : <Found check={check} />}
      </div>
    </section>
  );
}

function Found({ check }: { check: Precheck }) {
  const { text } = useWording();
  return (
    <>
      <p class="target-title">{check.title || text.untitled}</p>
      <p class="url">{asciiHost(check.url)}</p>
      {check.obstacle === undefined ? (
        <p class="verdict verdict-good">{text.capturable}</p>
      ) : (
        <>
          <p class="verdict verdict-bad">{text.notCapturable}</p>
          <ErrorNote error={check.obstacle} />
        </>
      )}
      {check.warnings.length > 0 && (
        <ul class="note note-warn">
          {check.warnings.map((warning) => (
            <li key={warning}>{text.warnings[warning]}</li>
          ))}
        </ul>
      )}
    </>
  );
}

/** Hosts as the browser resolves them: look-alike letters show as `xn--`. */
function asciiHost(url: string): string {
  return URL.canParse(url) ? new URL(url).href : url;
}
