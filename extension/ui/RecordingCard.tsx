import { useEffect, useState } from 'preact/hooks';
import { ask } from '../messages/ask.ts';
import { deviceMono } from '../messages/device-mono.ts';
import { readPreferences } from '../messages/preferences.ts';
import type { Precheck } from '../messages/protocol.ts';
import { ErrorNote } from './ErrorNote.tsx';
import { TranscriptForm } from './TranscriptForm.tsx';
import { useAction } from './use-action.ts';
import { useLive } from './use-live.ts';
import { filled, useWording } from './wording.ts';

const TICK_MS = 500;

/** Begins a recording of the page in front; while it runs its clock, level, markers and end; then its transcript. */
export function RecordingCard({ check }: { check: Precheck | undefined }) {
  const { text } = useWording();
  const recordings = useLive((reader) => reader.recordings());
  return (
    <section class="card fields" aria-labelledby="recording-title">
      <h2 id="recording-title">{text.recording}</h2>
      {(recordings ?? []).map((recording) =>
        recording.held ? (
          <TranscriptForm key={recording.captureId} captureId={recording.captureId} />
        ) : (
          <Running key={recording.captureId} {...recording} />
        ),
      )}
      {recordings?.some(({ tabId, held }) => tabId === check?.tabId && !held) !== true && (
        <StartButton check={check} />
      )}
    </section>
  );
}

function StartButton({ check }: { check: Precheck | undefined }) {
  const { text } = useWording();
  const begin = async (silent: boolean) => {
    if (check === undefined) return;
    const { makers, mode: _, cookies: __, ...settings } = await readPreferences();
    const named = makers.filter(({ name }) => name.trim() !== '');
    const how = silent ? { silent } : {};
    await ask('start-recording', { tabId: check.tabId, ...settings, makers: named, ...how });
  };
  const start = useAction(() => begin(false));
  const silent = useAction(() => begin(true));
  const busy = start.busy || silent.busy;
  return (
    <>
      <button
        type="button"
        class="button button-plain"
        disabled={busy || check?.capturable !== true}
        onClick={() => void start.run()}
      >
        {busy ? text.starting : text.record}
      </button>
      <ErrorNote error={silent.error ?? start.error} />
      {start.error?.code === 'RECORDING_NOT_ALLOWED' && (
        <button type="button" class="button button-plain" disabled={busy} onClick={() => void silent.run()}>
          {text.recordSilently}
        </button>
      )}
    </>
  );
}

interface RunningProps {
  readonly captureId: string;
  readonly startedAt: number;
  readonly chunks: number;
  readonly peak: number;
  readonly sound: boolean;
}

function Running({ captureId, startedAt, chunks, peak, sound }: RunningProps) {
  const { text } = useWording();
  const [note, setNote] = useState('');
  const mark = useAction(async () => {
    // Now, not when the service worker gets round to it.
    const pressedAt = deviceMono();
    await ask('add-marker', { captureId, note, pressedAt });
    setNote('');
  });
  const stop = useAction(async () => void (await ask('stop-recording', { captureId })));
  const submit = (event: Event) => {
    event.preventDefault();
    void mark.run();
  };
  return (
    <form class="fields" onSubmit={submit}>
      <p>
        <strong role="timer">{useClock(startedAt)}</strong>{' '}
        <span class="hint">{filled(text.recordingChunks, chunks)}</span>
      </p>
      {sound ? (
        <label>
          {text.recordingLevel}
          <meter min={0} max={1} value={peak} />
        </label>
      ) : (
        <p class="hint">{text.recordingSilent}</p>
      )}
      <label>
        {text.markerNote}
        <input
          type="text"
          maxLength={1000}
          value={note}
          onInput={(event) => setNote(event.currentTarget.value)}
        />
      </label>
      <ErrorNote error={mark.error ?? stop.error} />
      <div class="buttons">
        <button type="submit" class="button button-plain" disabled={mark.busy}>
          {text.addMarker}
        </button>
        <button
          type="button"
          class="button button-danger"
          disabled={stop.busy}
          onClick={() => void stop.run()}
        >
          {text.stopRecording}
        </button>
      </div>
    </form>
  );
}

/** `12:05` since `startedAt`. */
function useClock(startedAt: number): string {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.floor((now - startedAt) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
