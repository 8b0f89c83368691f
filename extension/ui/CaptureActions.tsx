import { useState } from 'preact/hooks';
import type { CaptureState, CaptureView } from '#shared/view/capture-view';
import { ask } from '../messages/ask.ts';
import { ErrorNote } from './ErrorNote.tsx';
import { SaveBundle } from './SaveBundle.tsx';
import { useAction } from './use-action.ts';
import { useWording } from './wording.ts';

const discardable: ReadonlySet<CaptureState> = new Set([
  'draft',
  'captured',
  'anchored',
  'bundled',
  'failed',
  'refused',
]);
const waiting: ReadonlySet<CaptureState> = new Set(['captured', 'anchored', 'bundled', 'uploaded', 'failed']);
/** The service may have no copy yet. */
const savable: ReadonlySet<CaptureState> = new Set(['bundled', 'uploaded', 'failed']);

/** What a person can do with a capture in its present state. */
export function CaptureActions({ view }: { view: CaptureView }) {
  const { text } = useWording();
  const { captureId, state, error, artefacts } = view;
  // A failure before anything of the page was stored leaves a number and nothing else.
  const empty = state === 'failed' && artefacts.every(({ kind }) => kind === 'challenge');
  const [handedOver, setHandedOver] = useState(false);
  const [discarding, setDiscarding] = useState(false);
  const open = useAction(async (what: 'package' | 'certificate') => {
    await ask('open-package', { captureId, what });
    setHandedOver(true);
  });
  const retry = useAction(async () => void (await ask('retry', { captureId })));
  return (
    <div class="actions">
      <div class="buttons">
        {state === 'sealed' && (
          <>
            <button
              type="button"
              class="button"
              disabled={open.busy}
              onClick={() => void open.run('package')}
            >
              {text.openPackage}
            </button>
            <button
              type="button"
              class="button button-plain"
              disabled={open.busy}
              onClick={() => void open.run('certificate')}
            >
              {text.openCertificate}
            </button>
          </>
        )}
        {error !== undefined && waiting.has(state) && !empty && (
          <button type="button" class="button" disabled={retry.busy} onClick={() => void retry.run()}>
            {text.retry}
          </button>
        )}
        {discardable.has(state) && !empty && (
          <button
            type="button"
            class="button button-plain"
            aria-expanded={discarding}
            onClick={() => setDiscarding(!discarding)}
          >
            {text.discard}
          </button>
        )}
      </div>
      {view.bundle !== undefined && savable.has(state) && <SaveBundle view={view} />}
      {handedOver && (
        <p class="hint" role="status">
          {text.downloading}
        </p>
      )}
      <ErrorNote error={open.error ?? retry.error} />
      {discarding && <DiscardBox captureId={captureId} onDone={() => setDiscarding(false)} />}
    </div>
  );
}

function DiscardBox({ captureId, onDone }: { captureId: string; onDone(): void }) {
  const { text } = useWording();
  const [reason, setReason] = useState('');
  const discard = useAction(async () => {
    await ask('discard', { captureId, reason });
    onDone();
  });
  const submit = (event: Event) => {
    event.preventDefault();
    void discard.run();
  };
  return (
    <form class="card fields" onSubmit={submit}>
      <p class="hint">{text.discardIntro}</p>
      <label>
        {text.discardReason}
        <textarea
          rows={2}
          required
          maxLength={1000}
          value={reason}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </label>
      <ErrorNote error={discard.error} />
      <div class="buttons">
        <button type="submit" class="button button-danger" disabled={discard.busy || reason.trim() === ''}>
          {text.discardConfirm}
        </button>
        <button type="button" class="button button-plain" onClick={onDone}>
          {text.cancel}
        </button>
      </div>
    </form>
  );
}
