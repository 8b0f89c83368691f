import { useEffect, useState } from 'preact/hooks';
import { ask } from '../messages/ask.ts';
import {
  defaultPreferences,
  type Preferences,
  readPreferences,
  storePreferences,
} from '../messages/preferences.ts';
import type { Precheck } from '../messages/protocol.ts';
import { CaseField } from './CaseField.tsx';
import { ErrorNote } from './ErrorNote.tsx';
import { KindField, pageTarget, type Target } from './KindField.tsx';
import { MakersField } from './MakersField.tsx';
import { ModeField } from './ModeField.tsx';
import { usePlatform } from './platform.ts';
import { useAction } from './use-action.ts';
import { filled, useWording } from './wording.ts';

interface Props {
  readonly check: Precheck | undefined;
  onStarted(captureId: string): void;
}

/** What a capture is for and how it is taken; the settings stay for the next one and for the shortcut. */
export function CaptureForm({ check, onStarted }: Props) {
  const { text } = useWording();
  const platform = usePlatform();
  const [preferences, setPreferences] = useState<Preferences>();
  const [shortcut, setShortcut] = useState('');
  const [target, setTarget] = useState<Target>(pageTarget);
  useEffect(() => {
    void readPreferences().then(setPreferences);
    void platform.shortcut().then(setShortcut);
  }, [platform]);
  // A region belongs to the page it was chosen on.
  useEffect(() => setTarget(pageTarget), [check?.tabId, check?.url]);
  const change = (next: Preferences) => {
    setPreferences(next);
    void storePreferences(next);
  };
  const start = useAction(async () => {
    if (check === undefined) return;
    const { makers, ...settings } = preferences ?? defaultPreferences;
    const named = makers.filter(({ name }) => name.trim() !== '');
    const { url, ...wanted } = target;
    const source = url === undefined ? { tabId: check.tabId } : { url };
    const { captureId } = await ask('start-capture', { ...source, ...settings, ...wanted, makers: named });
    onStarted(captureId);
  });
  if (preferences === undefined) return null;
  const submit = (event: Event) => {
    event.preventDefault();
    void start.run();
  };
  return (
    <form class="card fields" onSubmit={submit}>
      <CaseField
        {...(preferences.caseId === undefined ? {} : { caseId: preferences.caseId })}
        onCase={(caseId) => change(withCase(preferences, caseId))}
      />
      <label>
        {text.purpose}
        <textarea
          rows={2}
          maxLength={2000}
          placeholder={text.purposeHint}
          value={preferences.purpose}
          onInput={(event) => change({ ...preferences, purpose: event.currentTarget.value })}
        />
      </label>
      <MakersField makers={preferences.makers} onChange={(makers) => change({ ...preferences, makers })} />
      <KindField tabId={check?.tabId} target={target} onChange={setTarget} />
      <ModeField mode={preferences.mode} onChange={(mode) => change({ ...preferences, mode })} />
      <label class="check">
        <input
          type="checkbox"
          checked={preferences.cookies}
          onChange={(event) => change({ ...preferences, cookies: event.currentTarget.checked })}
        />
        {text.cookies}
      </label>
      <ErrorNote error={start.error} />
      <button
        type="submit"
        class="button button-capture"
        disabled={start.busy || check?.capturable !== true || !isComplete(target)}
      >
        {start.busy ? text.starting : text.capture}
      </button>
      {shortcut !== '' && <p class="hint centre">{filled(text.shortcut, shortcut)}</p>}
    </form>
  );
}

function isComplete({ kind, region }: Target): boolean {
  return kind !== 'region' || region !== undefined;
}

function withCase({ caseId: _, ...rest }: Preferences, caseId: string | undefined): Preferences {
  return caseId === undefined ? rest : { ...rest, caseId };
}
