import { useState } from 'preact/hooks';
import { apiTokensAnswer, newApiTokenAnswer, type Scope, scopes } from '#shared/api/people';
import { ask, nothing } from '../api.ts';
import { ErrorNote } from '../ErrorNote.tsx';
import { Field } from '../Field.tsx';
import { useAction } from '../use-action.ts';
import { useWording } from '../wording.ts';
import { Instant } from './Instant.tsx';
import { RemoveButton } from './RemoveButton.tsx';
import { useList } from './use-list.ts';

/** Tokens for programs: shown once when made. */
export function TokenCard() {
  const { text } = useWording();
  const { list, error, reload } = useList('/me/tokens', apiTokensAnswer);
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<readonly Scope[]>(['cases:read']);
  const [made, setMade] = useState<string>();
  const make = useAction(async () => {
    const body = { name, scopes: chosen, days: 30 };
    setMade((await ask('/me/tokens', { method: 'POST', body, answer: newApiTokenAnswer })).token);
    setName('');
    await reload();
  });
  const submit = (event: Event) => {
    event.preventDefault();
    void make.run();
  };
  const toggle = (scope: Scope) =>
    setChosen(chosen.includes(scope) ? chosen.filter((one) => one !== scope) : [...chosen, scope]);
  const open = list?.tokens.filter(({ revokedAt }) => revokedAt === null) ?? [];
  return (
    <section class="card">
      <h2>{text.tokens}</h2>
      <p class="hint">{text.tokensIntro}</p>
      <ErrorNote error={error} />
      <ul class="list">
        {open.map((token) => (
          <li key={token.id}>
            <span>
              {token.name}
              <small>
                {token.scopes.join(' ')} · {text.validUntil} <Instant at={token.expiresAt} />
              </small>
            </span>
            <RemoveButton
              label={`${text.remove} ${token.name}`}
              remove={() => ask(`/me/tokens/${token.id}`, { method: 'DELETE', answer: nothing }).then(reload)}
            />
          </li>
        ))}
      </ul>
      <form onSubmit={submit}>
        <Field label={text.tokenName} value={name} onValue={setName} required maxLength={100} />
        <fieldset>
          <legend>{text.scopes}</legend>
          {scopes.map((scope) => (
            <label key={scope} class="check">
              <input type="checkbox" checked={chosen.includes(scope)} onChange={() => toggle(scope)} />
              <code>{scope}</code>
            </label>
          ))}
        </fieldset>
        <ErrorNote error={make.error} />
        <button type="submit" disabled={make.busy || chosen.length === 0}>
          {text.makeToken}
        </button>
      </form>
      {made !== undefined && (
        <div class="note note-good" role="status">
          <p>{text.tokenOnce}</p>
          <code>{made}</code>
        </div>
      )}
    </section>
  );
}
