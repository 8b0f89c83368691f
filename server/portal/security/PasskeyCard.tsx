import { startRegistration } from '@simplewebauthn/browser';
import { useState } from 'preact/hooks';
import { passkeyAnswer, passkeyOptionsAnswer, passkeysAnswer } from '#shared/api/passkeys';
import type { MeAnswer } from '#shared/api/people';
import { ask, nothing } from '../api.ts';
import { CurrentPasswordField } from '../CurrentPasswordField.tsx';
import { ErrorNote } from '../ErrorNote.tsx';
import { Field } from '../Field.tsx';
import { useAction } from '../use-action.ts';
import { useWording } from '../wording.ts';
import { Instant } from './Instant.tsx';
import { RemoveButton } from './RemoveButton.tsx';
import { useList } from './use-list.ts';

type Options = Parameters<typeof startRegistration>[0]['optionsJSON'];

/** Own passkeys: list, add, remove. */
export function PasskeyCard({ me, possible }: { me: MeAnswer; possible: boolean }) {
  const { text } = useWording();
  const { list, error, reload } = useList('/me/passkeys', passkeysAnswer);
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const add = useAction(async () => {
    const proof = me.password ? { password } : {};
    const options = { method: 'POST', body: proof, answer: passkeyOptionsAnswer } as const;
    const optionsJSON = (await ask('/me/passkeys/options', options)) as unknown as Options;
    const made = await startRegistration({ optionsJSON });
    const { id, rawId, type, authenticatorAttachment } = made;
    const { clientDataJSON, attestationObject, transports = [] } = made.response;
    const inner = { clientDataJSON, attestationObject, transports };
    const response = {
      id,
      rawId,
      type,
      authenticatorAttachment,
      clientExtensionResults: {},
      response: inner,
    };
    await ask('/me/passkeys', { method: 'POST', body: { name, response }, answer: passkeyAnswer });
    setName('');
    setPassword('');
    await reload();
  });
  const submit = (event: Event) => {
    event.preventDefault();
    void add.run();
  };
  return (
    <section class="card">
      <h2>{text.passkeys}</h2>
      <p class="hint">{text.passkeysIntro}</p>
      <ErrorNote error={error} />
      <ul class="list">
        {list?.passkeys.map((passkey) => (
          <li key={passkey.id}>
            <span>
              {passkey.name}
              <small>
                {text.since} <Instant at={passkey.createdAt} />
              </small>
            </span>
            <RemoveButton
              label={`${text.remove} ${passkey.name}`}
              remove={() =>
                ask(`/me/passkeys/${passkey.id}`, { method: 'DELETE', answer: nothing }).then(reload)
              }
            />
          </li>
        ))}
      </ul>
      {possible ? (
        <form onSubmit={submit}>
          <Field label={text.passkeyName} value={name} onValue={setName} required maxLength={100} />
          {me.password && <CurrentPasswordField value={password} onValue={setPassword} />}
          <ErrorNote error={add.error} />
          <button type="submit" disabled={add.busy}>
            {text.addPasskey}
          </button>
        </form>
      ) : (
        <p class="note note-warn">{text.noPasskeysHere}</p>
      )}
    </section>
  );
}
