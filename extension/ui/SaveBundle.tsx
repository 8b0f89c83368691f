import { useState } from 'preact/hooks';
import type { CaptureView } from '#shared/view/capture-view';
import { ErrorNote } from './ErrorNote.tsx';
import { usePlatform } from './platform.ts';
import { saveBlob } from './save-blob.ts';
import { useAction } from './use-action.ts';
import { filled, useWording } from './wording.ts';

/** Hands the finished bundle to the person as a file, to be carried to the service. What the row says stays as it was. */
export function SaveBundle({ view }: { view: CaptureView }) {
  const { text } = useWording();
  const { reader } = usePlatform();
  const [saved, setSaved] = useState(false);
  const fileName = `${view.captureId}.wacz`;
  const save = useAction(async () => {
    saveBlob(await reader.bundle(view.captureId), fileName);
    setSaved(true);
  });
  return (
    <div class="fields">
      <div class="buttons">
        <button
          type="button"
          class="button button-plain"
          disabled={save.busy}
          onClick={() => void save.run()}
        >
          {text.saveBundle}
        </button>
      </div>
      {saved && (
        <p class="hint" role="status">
          {filled(text.bundleSaved, fileName)}
        </p>
      )}
      <ErrorNote error={save.error} />
    </div>
  );
}
