import type { StartCapture } from '../messages/protocol.ts';
import { useWording } from './wording.ts';

interface Props {
  readonly mode: StartCapture['mode'];
  onChange(mode: StartCapture['mode']): void;
}

export function ModeField({ mode, onChange }: Props) {
  const { text } = useWording();
  const choices = [
    { value: 'reload', label: text.reload },
    { value: 'as-is', label: text.asIs },
  ] as const;
  return (
    <fieldset class="plain">
      <legend>{text.mode}</legend>
      <div class="segments">
        {choices.map(({ value, label }) => (
          <label key={value} class={mode === value ? 'segment segment-on' : 'segment'}>
            <input
              type="radio"
              name="mode"
              value={value}
              checked={mode === value}
              onChange={() => onChange(value)}
            />
            {label}
          </label>
        ))}
      </div>
      <p class="hint">{mode === 'reload' ? text.reloadHint : text.asIsHint}</p>
    </fieldset>
  );
}
