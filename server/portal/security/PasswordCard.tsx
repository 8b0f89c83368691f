import { useState } from 'preact/hooks';
import { type MeAnswer, meAnswer } from '#shared/api/people';
import { ask } from '../api.ts';
import { CurrentPasswordField } from '../CurrentPasswordField.tsx';
import { ErrorNote } from '../ErrorNote.tsx';
import { Field } from '../Field.tsx';
import { useAction } from '../use-action.ts';
import { useWording } from '../wording.ts';

/** A new password ends all other sessions and every token. */
export function PasswordCard({ onChanged }: { onChanged(me: MeAnswer): void }) {
  const { text } = useWording();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [done, setDone] = useState(false);
  const change = useAction(async () => {
    setDone(false);
    onChanged(await ask('/me/password', { method: 'POST', body: { current, next }, answer: meAnswer }));
    setCurrent('');
    setNext('');
    setDone(true);
  });
  const submit = (event: Event) => {
    event.preventDefault();
    void change.run();
  };
  return (
    <section class="card">
      <h2>{text.password}</h2>
      <form onSubmit={submit}>
        <CurrentPasswordField value={current} onValue={setCurrent} />
        <Field
          label={text.newPassword}
          hint={text.passwordHint}
          value={next}
          onValue={setNext}
          secret
          required
          minLength={12}
          maxLength={200}
          autocomplete="new-password"
        />
        <ErrorNote error={change.error} />
        {done && (
          <p class="note note-good" role="status">
            {text.passwordChanged}
          </p>
        )}
        <button type="submit" disabled={change.busy}>
          {text.changePassword}
        </button>
      </form>
    </section>
  );
}
