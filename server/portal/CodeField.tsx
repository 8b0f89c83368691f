import { Field } from './Field.tsx';
import { useWording } from './wording.ts';

/** The six digits of a second factor (RFC 6238), as the device shows them: with or without a space. */
export function CodeField(props: { readonly value: string; onValue(value: string): void }) {
  const { text } = useWording();
  return (
    <Field
      label={text.code}
      hint={text.codeHint}
      {...props}
      required
      inputmode="numeric"
      autocomplete="one-time-code"
      pattern="\d{3} ?\d{3}"
    />
  );
}
