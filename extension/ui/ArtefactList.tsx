import { useState } from 'preact/hooks';
import type { ArtefactView } from '#shared/view/capture-view';
import { byteCount } from '#shared/view/format';
import { artefactLabel } from '#shared/view/text/labels';
import { Hash } from './Hash.tsx';
import { isPreviewable, Preview } from './Preview.tsx';
import { useWording } from './wording.ts';

interface Props {
  readonly captureId: string;
  readonly artefacts: readonly ArtefactView[];
}

/** Every stored file with its digest, taken when it was stored. */
export function ArtefactList({ captureId, artefacts }: Props) {
  const { text, language } = useWording();
  const [shown, setShown] = useState<string>();
  if (artefacts.length === 0) return null;
  return (
    <section class="card" aria-labelledby="artefacts-title">
      <h3 id="artefacts-title">{text.artefacts}</h3>
      <ul class="artefacts">
        {artefacts.map((artefact) => {
          const { kind, path, bytes, sha256 } = artefact;
          const open = shown === path;
          return (
            <li key={path}>
              <div class="artefact-head">
                <span>{artefactLabel(kind, language)}</span>
                <span class="dim">{byteCount(bytes)}</span>
                {isPreviewable(kind) && (
                  <button
                    type="button"
                    class="button-small"
                    aria-expanded={open}
                    onClick={() => setShown(open ? undefined : path)}
                  >
                    {open ? text.close : text.preview}
                  </button>
                )}
              </div>
              <p class="mono dim path">{path}</p>
              <Hash value={sha256} of={path} />
              {open && <Preview captureId={captureId} artefact={artefact} />}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
