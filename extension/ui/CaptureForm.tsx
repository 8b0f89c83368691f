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
  useEffect(() => {
    void readPreferences().then(setPreferences);
    void platform.shortcut().then(setShortcut);
  }, [platform]);
  const change = (next: Preferences) => {
    setPreferences(next);
    void storePreferences(next);
  };
  const start = useAction(async () => {
    if (check === undefined) return;
    const { makers, ...settings } = preferences ?? defaultPreferences;
    const named = makers.filter(({ name }) => name.trim() !== '');
    const { captureId } = await ask('start-capture', { tabId: check.tabId, ...settings, makers: named });
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
      <button type="submit" class="button button-capture" disabled={start.busy || check?.capturable !== true}>
        {start.busy ? text.starting : text.capture}
      </button>
      {shortcut !== '' && <p class="hint centre">{filled(text.shortcut, shortcut)}</p>}
    </form>
  );
}

function withCase({ caseId: _, ...rest }: Preferences, caseId: string | undefined): Preferences {
  return caseId === undefined ? rest : { ...rest, caseId };
}
