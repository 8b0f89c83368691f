import { useContext } from 'preact/hooks';
import type { RegionChoice } from '#shared/artefact/choice';
import { ask } from '../messages/ask.ts';
import { ErrorNote } from './ErrorNote.tsx';
import { useKindText } from './text/kind-text.ts';
import { useAction } from './use-action.ts';
import { LanguageContext } from './wording.ts';

interface Props {
  readonly tabId: number | undefined;
  readonly label: string;
  onPicked(region: RegionChoice): void;
}

/** Draws the frame on the page, and takes it off again. */
export function PickButton({ tabId, label, onPicked }: Props) {
  const text = useKindText();
  const language = useContext(LanguageContext);
  const pick = useAction(async () => {
    if (tabId !== undefined) onPicked((await ask('pick-region', { tabId, language })).region);
  });
  const stop = () => void (tabId !== undefined && ask('cancel-pick', { tabId }).catch(() => undefined));
  return (
    <>
      {pick.busy ? (
        <div class="buttons">
          <p class="hint" role="status">
            {text.picking}
          </p>
          <button type="button" class="button-small" onClick={stop}>
            {text.stopPicking}
          </button>
        </div>
      ) : (
        <button
          type="button"
          class="button-small"
          disabled={tabId === undefined}
          onClick={() => void pick.run()}
        >
          {label}
        </button>
      )}
      <ErrorNote error={pick.error} />
    </>
  );
}
