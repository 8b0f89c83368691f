import { Field } from './Field.tsx';
import { useWording } from './wording.ts';

/** Asks again for the password of who is signed in, before the ways to sign in change. */
export function CurrentPasswordField(props: { readonly value: string; onValue(value: string): void }) {
  const { text } = useWording();
  return <Field label={text.currentPassword} {...props} secret required autocomplete="current-password" />;
}
