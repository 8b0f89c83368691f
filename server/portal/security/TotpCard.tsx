import { useState } from 'preact/hooks';
import { type MeAnswer, totpAnswer } from '#shared/api/people';
import { ask, nothing } from '../api.ts';
import { CodeField } from '../CodeField.tsx';
import { CurrentPasswordField } from '../CurrentPasswordField.tsx';
import { ErrorNote } from '../ErrorNote.tsx';
import { QrCode } from '../QrCode.tsx';
import { useAction } from '../use-action.ts';
import { useWording } from '../wording.ts';

/** The second factor beside the password: on with a first code, off with another. */
export function TotpCard({ me, onChanged }: { me: MeAnswer; onChanged(): Promise<void> }) {
  const { text } = useWording();
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [begun, setBegun] = useState<{ secret: string; uri: string }>();
  const begin = useAction(async () => {
    const body = me.password ? { password } : {};
    setBegun(await ask('/me/totp', { method: 'POST', body, answer: totpAnswer }));
    setPassword('');
  });
  const confirm = useAction(async () => {
    const method = me.totp ? 'DELETE' : 'PUT';
    await ask('/me/totp', { method, body: { code: code.replaceAll(' ', '') }, answer: nothing });
    setBegun(undefined);
    setCode('');
    await onChanged();
  });
  const submit = (action: { run(): Promise<void> }) => (event: Event) => {
    event.preventDefault();
    void action.run();
  };
  const codeForm = (label: string) => (
    <form onSubmit={submit(confirm)}>
      <CodeField value={code} onValue={setCode} />
      <ErrorNote error={confirm.error} />
      <button type="submit" disabled={confirm.busy}>
        {label}
      </button>
    </form>
  );
  return (
    <section class="card">
      <h2>{text.totp}</h2>
      <p class="hint">{me.totp ? text.totpOn : text.totpOff}</p>
      {me.totp && codeForm(text.totpTurnOff)}
      {!me.totp && begun === undefined && (
        <form onSubmit={submit(begin)}>
          {me.password && <CurrentPasswordField value={password} onValue={setPassword} />}
          <ErrorNote error={begin.error} />
          <button type="submit" disabled={begin.busy}>
            {text.totpBegin}
          </button>
        </form>
      )}
      {!me.totp && begun !== undefined && (
        <>
          <p>{text.totpScan}</p>
          <QrCode content={begun.uri} label={text.totpQr} />
          <p>
            {text.totpSecret} <code>{begun.secret}</code>
          </p>
          {codeForm(text.totpTurnOn)}
        </>
      )}
    </section>
  );
}
