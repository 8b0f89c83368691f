import { beijingTime } from '#shared/view/format';
import { hostOf } from './host-of.ts';
import { StateChip } from './StateChip.tsx';
import { useLive } from './use-live.ts';
import { filled, useWording } from './wording.ts';

const SHOWN = 100;

/** The newest captures of this device, each leading to its details. */
export function CaptureList({ onOpen }: { onOpen(captureId: string): void }) {
  const { text } = useWording();
  const captures = useLive((reader) => reader.captures(SHOWN));
  return (
    <section aria-labelledby="captures-title">
      <h2 id="captures-title" class="section-title">
        {text.captures}
      </h2>
      {captures?.length === 0 && <p class="hint">{text.noCaptures}</p>}
      <ul class="captures">
        {(captures ?? []).map(({ id, state, outcome, request, startedAt, notCaptured }) => (
          <li key={id}>
            <button type="button" class="capture" onClick={() => onOpen(id)}>
              <span class="capture-head">
                <span class="capture-title">{outcome?.title || hostOf(request.requestedUrl)}</span>
                <StateChip state={state} />
              </span>
              <span class="capture-about">
                <span class="mono">{id}</span>
                <span>{beijingTime(startedAt)}</span>
                {notCaptured.length > 0 && (
                  <span class="warn">{filled(text.omissions, notCaptured.length)}</span>
                )}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
