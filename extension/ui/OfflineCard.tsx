import { useEffect, useState } from 'preact/hooks';
import { ask } from '../messages/ask.ts';
import { MessageError } from '../messages/message-error.ts';
import type { OfflineState } from '../messages/protocol.ts';
import { ErrorNote } from './ErrorNote.tsx';
import { usePlatform } from './platform.ts';
import { useAction } from './use-action.ts';
import { filled, useWording } from './wording.ts';

/** For networks without the service: a carried-in file of challenges, and time-stamp authorities to ask directly. */
export function OfflineCard() {
  const { text } = useWording();
  const [state, setState] = useState<OfflineState>();
  useEffect(() => {
    void ask('offline-state', {}).then(setState);
  }, []);
  const take = useAction(async (file: File) => {
    setState(await ask('import-challenges', { text: await file.text() }));
  });
  if (state === undefined) return null;
  return (
    <details class="card">
      <summary>{text.offlineTitle}</summary>
      <p class="hint">{text.offlineIntro}</p>
      <div class="fields">
        <label>
          {filled(text.carriedFile, state.challenges)}
          <input
            type="file"
            accept=".json,application/json"
            disabled={take.busy}
            onChange={({ currentTarget }) => {
              const [file] = currentTarget.files ?? [];
              if (file !== undefined) void take.run(file);
            }}
          />
        </label>
        <ErrorNote error={take.error} />
      </div>
      <AuthoritiesForm key={state.authorities.join()} state={state} onState={setState} />
    </details>
  );
}

interface FormProps {
  readonly state: OfflineState;
  onState(state: OfflineState): void;
}

function AuthoritiesForm({ state, onState }: FormProps) {
  const { text } = useWording();
  const platform = usePlatform();
  const [addresses, setAddresses] = useState(state.authorities.join('\n'));
  const [roots, setRoots] = useState(state.roots);
  const save = useAction(async () => {
    const urls = addresses.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
    for (const url of urls.filter((one) => URL.canParse(one))) {
      // Chromium's match patterns know no ports.
      const { protocol, hostname } = new URL(url);
      if (!(await platform.requestOrigin(`${protocol}//${hostname}`)))
        throw new MessageError('AUTHORITY_MALFORMED', 'access to the address was not granted', {
          entry: url,
        });
    }
    onState(await ask('set-authorities', { urls, roots }));
  });
  const submit = (event: Event) => {
    event.preventDefault();
    void save.run();
  };
  return (
    <form class="fields" onSubmit={submit}>
      <label>
        {text.authorities}
        <textarea
          rows={2}
          spellcheck={false}
          placeholder="http://tsa.example/"
          readOnly={state.managed}
          value={addresses}
          onInput={(event) => setAddresses(event.currentTarget.value)}
        />
      </label>
      <label>
        {text.authorityRoots}
        <textarea
          rows={2}
          spellcheck={false}
          placeholder="-----BEGIN CERTIFICATE-----"
          readOnly={state.managed}
          value={roots}
          onInput={(event) => setRoots(event.currentTarget.value)}
        />
      </label>
      <ErrorNote error={save.error} />
      {state.managed ? (
        <p class="hint">{text.authoritiesManaged}</p>
      ) : (
        <button type="submit" class="button" disabled={save.busy}>
          {text.saveAuthorities}
        </button>
      )}
    </form>
  );
}
