import { useId } from 'preact/hooks';

/** What the portal uses of an input's attributes. */
interface Attributes {
  readonly required?: boolean;
  readonly autocomplete?: string;
  readonly autocapitalize?: 'none';
  readonly spellcheck?: boolean;
  readonly inputmode?: 'numeric';
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
}

interface Props extends Attributes {
  readonly label: string;
  readonly hint?: string;
  /** Not shown while it is typed. */
  readonly secret?: boolean;
  readonly value: string;
  onValue(value: string): void;
}

/** One labelled input. */
export function Field({ label, hint, secret = false, value, onValue, ...attributes }: Props) {
  const id = useId();
  const hintId = `${id}-hint`;
  const shown = {
    id,
    value,
    ...(hint === undefined ? {} : { 'aria-describedby': hintId }),
    onInput: (event: { currentTarget: HTMLInputElement }) => onValue(event.currentTarget.value),
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {hint !== undefined && (
        <span class="hint" id={hintId}>
          {hint}
        </span>
      )}
      {secret ? (
        <input {...attributes} {...shown} type="password" />
      ) : (
        <input {...attributes} {...shown} type="text" />
      )}
    </div>
  );
}
