import { useEffect, useState } from 'preact/hooks';
import { ApiError, ask, nothing } from '../api.ts';
import { beginOidc } from '../begin-oidc.ts';
import { ErrorNote } from '../ErrorNote.tsx';
import { Field } from '../Field.tsx';
import { takeFromAddress } from '../route.ts';
import { PageLink } from '../SiteHeader.tsx';
import type { Session } from '../session.ts';
import { useAction } from '../use-action.ts';
import { useWording } from '../wording.ts';

/** The page an invitation links to: choose a password, or accept at the identity provider. */
export function Invitation({ session }: { session: Session }) {
  const { text } = useWording();
  const [token, setToken] = useState(() => takeFromAddress('hash'));
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [done, setDone] = useState(false);
  // Another link pasted into the same tab loads nothing anew.
  useEffect(() => {
    const begin = () => {
      setToken(takeFromAddress('hash'));
      setDone(false);
    };
    addEventListener('hashchange', begin);
    return () => removeEventListener('hashchange', begin);
  }, []);
  const accept = useAction(async () => {
    if (password !== again) throw new ApiError('PASSWORDS_DIFFER', 'the two differ');
    await ask('/invitations/accept', { method: 'POST', body: { token, password }, answer: nothing });
    setDone(true);
  });
  const atProvider = useAction(() => beginOidc(token));
  const submit = (event: Event) => {
    event.preventDefault();
    void accept.run();
  };
  if (done)
    return (
      <section class="card">
        <h1>{text.invitationTitle}</h1>
        <p class="note note-good" role="status">
          {text.invitationDone}
        </p>
        <PageLink to="/sign-in">{text.signInTitle}</PageLink>
      </section>
    );
  return (
    <section class="card">
      <h1>{text.invitationTitle}</h1>
      {token === '' ? (
        <p class="note note-warn">{text.invitationMissing}</p>
      ) : (
        <form onSubmit={submit}>
          <p>{text.invitationIntro}</p>
          <Field
            label={text.newPassword}
            hint={text.passwordHint}
            value={password}
            onValue={setPassword}
            secret
            required
            minLength={12}
            maxLength={200}
            autocomplete="new-password"
          />
          <Field
            label={text.passwordAgain}
            value={again}
            onValue={setAgain}
            secret
            required
            autocomplete="new-password"
          />
          <ErrorNote error={accept.error} />
          <button type="submit" class="primary" disabled={accept.busy}>
            {text.accept}
          </button>
          {session.ways?.oidc != null && (
            <button type="button" disabled={atProvider.busy} onClick={() => void atProvider.run()}>
              {text.acceptAt(session.ways.oidc.name)}
            </button>
          )}
          <ErrorNote error={atProvider.error} />
        </form>
      )}
    </section>
  );
}
