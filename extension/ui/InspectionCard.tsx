import { useEffect, useState } from 'preact/hooks';
import { type AttestationId, attestationIds, attestationSentences } from '#shared/environment/attestations';
import type { InspectionView } from '#shared/view/inspection-view';
import { ask } from '../messages/ask.ts';
import { readPreferences } from '../messages/preferences.ts';
import { ErrorNote } from './ErrorNote.tsx';
import { InspectionFindings } from './InspectionFindings.tsx';
import { usePlatform } from './platform.ts';
import { useAction } from './use-action.ts';
import { useLive } from './use-live.ts';
import { filled, useWording } from './wording.ts';

/** 取证会话: the one that is open, with what it found; or what is needed to begin one. */
export function InspectionCard() {
  const { text } = useWording();
  const inspection = useLive((reader) => reader.inspection().then((found) => found ?? null));
  if (inspection === undefined) return null;
  const open = inspection !== null && inspection.endedAt === undefined;
  return (
    <section class="card fields" aria-labelledby="inspection-title">
      <h2 id="inspection-title">{text.inspection.title}</h2>
      {open ? <Open inspection={inspection} /> : <p class="hint">{text.inspection.none}</p>}
      {!open && inspection?.endReason !== undefined && (
        <p class="note note-warn">
          {filled(text.inspection.ended, inspection.id)} {text.inspection.reasons[inspection.endReason]}
        </p>
      )}
      <BeginForm again={open} />
    </section>
  );
}

function Open({ inspection }: { inspection: InspectionView }) {
  const { text, language } = useWording();
  const end = useAction(async () => void (await ask('end-inspection', {})));
  const { id, begunAt, begunBy, operators, enforcement } = inspection;
  const time = new Date(begunAt).toLocaleTimeString(language === 'zh' ? 'zh-CN' : 'en-GB', {
    timeZone: 'Asia/Shanghai',
  });
  const names = operators.map(({ name }) => name).join(', ');
  return (
    <>
      <p role="status">
        <strong>{id}</strong> {filled(text.inspection.since, time)}
      </p>
      {begunBy === 'capture' && <p class="hint">{text.inspection.byCapture}</p>}
      {names !== '' && <p class="hint">{filled(text.inspection.by, names)}</p>}
      {enforcement && <p class="hint">{text.inspection.enforcementOn}</p>}
      <InspectionFindings items={inspection.items} />
      <ErrorNote error={end.error} />
      <button type="button" class="button button-plain" disabled={end.busy} onClick={() => void end.run()}>
        {text.inspection.end}
      </button>
    </>
  );
}

/** `again`: one is open, which the new one would supersede. */
function BeginForm({ again }: { again: boolean }) {
  const { text, language } = useWording();
  const [attested, setAttested] = useState<readonly AttestationId[]>([]);
  const [enforcement, setEnforcement] = useState(false);
  const begin = useAction(async () => {
    const { makers } = await readPreferences();
    const operators = makers.filter(({ name }) => name.trim() !== '');
    await ask('begin-inspection', { operators, enforcement, attested, language });
    setAttested([]);
  });
  const mark = (id: AttestationId, on: boolean) =>
    setAttested(attestationIds.filter((one) => (one === id ? on : attested.includes(one))));
  const submit = (event: Event) => {
    event.preventDefault();
    void begin.run();
  };
  return (
    <details open={!again}>
      <summary>{again ? text.inspection.beginAgain : text.inspection.begin}</summary>
      <form class="fields" onSubmit={submit}>
        <p class="hint">{text.inspection.intro}</p>
        <AllowExtensions />
        <fieldset class="plain">
          <legend>{text.inspection.declare}</legend>
          {attestationIds.map((id) => (
            <label class="check" key={id}>
              <input
                type="checkbox"
                checked={attested.includes(id)}
                onChange={(event) => mark(id, event.currentTarget.checked)}
              />
              {attestationSentences[id][language]}
            </label>
          ))}
        </fieldset>
        <label class="check">
          <input
            type="checkbox"
            checked={enforcement}
            onChange={(event) => setEnforcement(event.currentTarget.checked)}
          />
          {text.inspection.enforcement}
        </label>
        <ErrorNote error={begin.error} />
        <button type="submit" class="button" disabled={begin.busy}>
          {begin.busy ? text.inspection.beginning : text.inspection.beginNow}
        </button>
      </form>
    </details>
  );
}

/** The browser asks the person itself; without leave other extensions are "not checked". */
function AllowExtensions() {
  const { text } = useWording();
  const platform = usePlatform();
  const [allowed, setAllowed] = useState<boolean>();
  useEffect(() => void platform.mayListExtensions().then(setAllowed), [platform]);
  if (allowed === undefined) return null;
  if (allowed) return <p class="hint">{text.inspection.extensionsAllowed}</p>;
  return (
    <p class="note note-warn">
      {text.inspection.extensionsNotChecked}{' '}
      <button
        type="button"
        class="button-link"
        onClick={() => void platform.requestExtensionList().then(setAllowed)}
      >
        {text.inspection.allowExtensions}
      </button>
    </p>
  );
}
