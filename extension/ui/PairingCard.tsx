import { useState } from 'preact/hooks';
import { parsePairingLink } from '#shared/api/pairing-link';
import { ask } from '../messages/ask.ts';
import { MessageError } from '../messages/message-error.ts';
import type { ServiceState } from '../messages/protocol.ts';
import { ErrorNote } from './ErrorNote.tsx';
import { usePlatform } from './platform.ts';
import { useAction } from './use-action.ts';
import { useWording } from './wording.ts';

interface Props {
  readonly service: ServiceState | undefined;
  onPaired(state: ServiceState): void;
}

/** Address, code and name; open by itself as long as nothing is paired. */
export function PairingCard({ service, onPaired }: Props) {
  const { text } = useWording();
  const platform = usePlatform();
  const [origin, setOrigin] = useState(service?.origin ?? 'http://127.0.0.1:8787');
  const [code, setCode] = useState('');
  const [name, setName] = useState(service?.deviceName ?? text.deviceNameDefault);
  const pair = useAction(async () => {
    const url = URL.canParse(origin) ? new URL(origin) : undefined;
    if (url?.protocol === 'https:' && !(await platform.requestOrigin(url.origin)))
      throw new MessageError('ORIGIN_NOT_ALLOWED', 'access to the address was not granted', {
        entry: origin,
      });
    onPaired(await ask('pair', { origin, code, name }));
    setCode('');
  });
  // What a QR code of the service holds, scanned or pasted, is address and code in one.
  const enterOrigin = (given: string) => {
    const link = parsePairingLink(given);
    setOrigin(link?.origin ?? given);
    if (link !== undefined) setCode(link.code);
  };
  const submit = (event: Event) => {
    event.preventDefault();
    void pair.run();
  };
  return (
    <details class="card" open={service?.paired === false}>
      <summary>{service?.paired === true ? text.pairAgain : text.pairTitle}</summary>
      <p class="hint">{text.pairIntro}</p>
      <form class="fields" onSubmit={submit}>
        <label>
          {text.serviceAddress}
          <input
            type="url"
            required
            value={origin}
            onInput={(event) => enterOrigin(event.currentTarget.value)}
          />
        </label>
        <div class="row">
          <label>
            {text.pairingCode}
            <input
              class="code"
              required
              maxLength={8}
              autocomplete="off"
              spellcheck={false}
              placeholder={text.pairingCodeHint}
              value={code}
              onInput={(event) => setCode(event.currentTarget.value.toUpperCase())}
            />
          </label>
          <label>
            {text.deviceName}
            <input
              required
              maxLength={100}
              value={name}
              onInput={(event) => setName(event.currentTarget.value)}
            />
          </label>
        </div>
        <ErrorNote error={pair.error} />
        <button type="submit" class="button" disabled={pair.busy}>
          {pair.busy ? text.pairing : text.pair}
        </button>
      </form>
    </details>
  );
}
