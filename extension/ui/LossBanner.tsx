import { beijingTime } from '#shared/view/format';
import { ask } from '../messages/ask.ts';
import type { LossView } from '../store/read/reader.ts';
import { ErrorNote } from './ErrorNote.tsx';
import { useAction } from './use-action.ts';
import { useLive } from './use-live.ts';
import { filled, useWording } from './wording.ts';

/** That the browser threw stored evidence away: what is lost, what is not, what to do. Stays until a person takes note. */
export function LossBanner() {
  const loss = useLive((reader) => reader.loss().then((found) => found ?? null));
  const { text } = useWording();
  const seen = useAction(async () => void (await ask('loss-seen', {})));
  if (loss === undefined || loss === null) return null;
  const { device, known, last, sameDevice, at } = loss;
  return (
    <section class="note note-error fields" role="alert" aria-labelledby="loss-title">
      <h2 id="loss-title">{text.lossTitle}</h2>
      <p>{filled(text.lossAsOf, beijingTime(at))}</p>
      <p>
        <strong>
          {loss.unsealed.length === 0
            ? filled(text.lossNone, device, last)
            : filled(text.lossNumbers, device, rangesText(loss))}
        </strong>
      </p>
      <p>{text.lossSafe}</p>
      <p>{sameDevice ? filled(text.lossSameDevice, known) : text.lossNewDevice}</p>
      <ErrorNote error={seen.error} />
      <button type="button" class="button button-plain" disabled={seen.busy} onClick={() => void seen.run()}>
        {text.lossSeen}
      </button>
    </section>
  );
}

function rangesText({ unsealed }: LossView): string {
  return unsealed.map(({ from, to }) => (from === to ? `${from}` : `${from}–${to}`)).join(', ');
}
