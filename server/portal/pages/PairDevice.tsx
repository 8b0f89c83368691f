import { useState } from 'preact/hooks';
import { pairingLink } from '#shared/api/pairing-link';
import { pairingCodeAnswer } from '#shared/api/schemas';
import { ask } from '../api.ts';
import { ErrorNote } from '../ErrorNote.tsx';
import { QrCode } from '../QrCode.tsx';
import { useAction } from '../use-action.ts';
import { useWording } from '../wording.ts';

/** Makes a pairing code, shown as text and as a QR code that holds this address too. */
export function PairDevice() {
  const { text, language } = useWording();
  const [made, setMade] = useState<{ code: string; expiresAt: string }>();
  const make = useAction(async () => {
    setMade(undefined);
    setMade(await ask('/pairing-codes', { method: 'POST', answer: pairingCodeAnswer }));
  });
  const until = made && new Date(made.expiresAt).toLocaleTimeString(language === 'zh' ? 'zh-CN' : 'en');
  return (
    <section class="card">
      <h1>{text.pairTitle}</h1>
      <p>{text.pairIntro}</p>
      <button type="button" class="primary" disabled={make.busy} onClick={() => void make.run()}>
        {made === undefined ? text.makeCode : text.makeAnotherCode}
      </button>
      <ErrorNote error={make.error} />
      {made !== undefined && (
        <div class="pairing" role="status">
          <dl>
            <dt>{text.serviceAddress}</dt>
            <dd>
              <code>{location.origin}</code>
            </dd>
            <dt>{text.pairingCode}</dt>
            <dd>
              <code class="pairing-code">{made.code}</code>
            </dd>
            <dt>{text.validUntil}</dt>
            <dd>{until}</dd>
            <dt>{text.pairingLinkLabel}</dt>
            <dd>
              <code>{pairingLink(location.origin, made.code)}</code>
            </dd>
          </dl>
          <QrCode content={pairingLink(location.origin, made.code)} label={text.pairingQr} />
        </div>
      )}
    </section>
  );
}
