import { useState } from 'preact/hooks';
import type { FileOrigin, RegionChoice } from '#shared/artefact/choice';
import { FileField } from './FileField.tsx';
import { PickButton } from './PickButton.tsx';
import { useKindText } from './text/kind-text.ts';
import { filled } from './wording.ts';

type Kind = 'page' | 'region' | 'file';

/** What a capture takes besides the tab; `ready` when nothing is missing. */
export interface Target {
  readonly kind: Kind;
  readonly region?: RegionChoice;
  readonly url?: string;
  readonly file?: FileOrigin;
}

export const pageTarget: Target = { kind: 'page' };

interface Props {
  readonly tabId: number | undefined;
  readonly target: Target;
  onChange(target: Target): void;
}

/** Chooses between page, region and file, and for the latter two what exactly. */
export function KindField({ tabId, target, onChange }: Props) {
  const text = useKindText();
  const [link, setLink] = useState<RegionChoice>();
  const kinds: readonly Kind[] = ['page', 'region', 'file'];
  return (
    <fieldset class="plain">
      <legend>{text.kind}</legend>
      <div class="segments">
        {kinds.map((kind) => (
          <label key={kind} class={target.kind === kind ? 'segment segment-on' : 'segment'}>
            <input
              type="radio"
              name="kind"
              value={kind}
              checked={target.kind === kind}
              onChange={() => onChange({ kind })}
            />
            {text.kinds[kind]}
          </label>
        ))}
      </div>
      <p class="hint">{text.hints[target.kind]}</p>
      {target.kind === 'region' && (
        <>
          <PickButton
            tabId={tabId}
            label={text.pickRegion}
            onPicked={(region) => onChange({ kind: 'region', region })}
          />
          {target.region !== undefined && (
            <p class="hint" role="status">
              {filled(text.chosenRegion, Math.round(target.region.width), Math.round(target.region.height))}
            </p>
          )}
        </>
      )}
      {target.kind === 'file' && (
        <FileField tabId={tabId} target={target} link={link} onLink={setLink} onChange={onChange} />
      )}
    </fieldset>
  );
}
