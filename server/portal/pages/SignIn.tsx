import { startAuthentication } from '@simplewebauthn/browser';
import { useState } from 'preact/hooks';
import { passkeyOptionsAnswer } from '#shared/api/passkeys';
import { meAnswer } from '#shared/api/people';
import { ApiError, ask } from '../api.ts';
import { beginOidc } from '../begin-oidc.ts';
import { CodeField } from '../CodeField.tsx';
import { ErrorNote } from '../ErrorNote.tsx';
import { Field } from '../Field.tsx';
import { goTo } from '../route.ts';
import type { Session } from '../session.ts';
import { useAction } from '../use-action.ts';
import { useWording } from '../wording.ts';

type Options = Parameters<typeof startAuthentication>[0]['optionsJSON'];

/** Name and password, with the code of the second factor when it is asked for; passkey; identity provider. */
export function SignIn({ session }: { session: Session }) {
  const { text } = useWording();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState<string>();
  const enter = async (path: string, body: object) => {
    session.enter(await ask(path, { method: 'POST', body, answer: meAnswer }));
    if (location.pathname === '/sign-in') goTo('/');
  };
  const byPassword = useAction(async () => {
    try {
      await enter('/sign-in', { name, password, ...(code ? { totp: code.replaceAll(' ', '') } : {}) });
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 'TOTP_REQUIRED')) throw error;
      setCode('');
    }
  });
  const byPasskey = useAction(async () => {
    const options = { method: 'POST', answer: passkeyOptionsAnswer } as const;
    const optionsJSON = (await ask('/sign-in/passkey/options', options)) as unknown as Options;
    await enter('/sign-in/passkey', { response: plain(await startAuthentication({ optionsJSON })) });
  });
  const byProvider = useAction(() => beginOidc());
  const submit = (event: Event) => {
    event.preventDefault();
    void byPassword.run();
  };
  const { ways } = session;
  return (
    <section class="card">
      <h1>{text.signInTitle}</h1>
      <form onSubmit={submit}>
        <Field
          label={text.userName}
          value={name}
          onValue={setName}
          required
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
        />
        <Field
          label={text.password}
          value={password}
          onValue={setPassword}
          secret
          required
          autocomplete="current-password"
        />
        {code !== undefined && <CodeField value={code} onValue={setCode} />}
        <ErrorNote error={byPassword.error} />
        <button type="submit" class="primary" disabled={byPassword.busy}>
          {text.signIn}
        </button>
      </form>
      <div class="other-ways">
        <h2>{text.otherWays}</h2>
        {ways?.passkeys === null ? (
          <button type="button" disabled={byPasskey.busy} onClick={() => void byPasskey.run()}>
            {text.signInByPasskey}
          </button>
        ) : (
          <p class="hint">{text.noPasskeysHere}</p>
        )}
        <ErrorNote error={byPasskey.error} />
        {ways?.oidc != null && (
          <button type="button" disabled={byProvider.busy} onClick={() => void byProvider.run()}>
            {text.signInAt(ways.oidc.name)}
          </button>
        )}
        <ErrorNote error={byProvider.error} />
      </div>
    </section>
  );
}

/** Only what the interface takes: browsers add members of later levels of the standard. */
function plain({
  id,
  rawId,
  type,
  authenticatorAttachment,
  response,
}: Awaited<ReturnType<typeof startAuthentication>>) {
  return { id, rawId, type, authenticatorAttachment, clientExtensionResults: {}, response };
}
