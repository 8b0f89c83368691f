import { useState } from 'preact/hooks';
import { ask } from '../messages/ask.ts';
import { ErrorNote } from './ErrorNote.tsx';
import { useAction } from './use-action.ts';
import { useLive } from './use-live.ts';
import { filled, useWording } from './wording.ts';

/** What is said in a recording that has ended, line by line with its place; then the recording goes on. */
export function TranscriptForm({ captureId }: { captureId: string }) {
  const { text } = useWording();
  const [from, setFrom] = useState('0');
  const [to, setTo] = useState('0');
  const [speaker, setSpeaker] = useState('');
  const [said, setSaid] = useState('');
  const written = useLive((reader) => reader.transcript(captureId), captureId);
  const add = useAction(async () => {
    const by = speaker.trim() === '' ? {} : { speaker };
    const place = { fromMs: milliseconds(from), toMs: Math.max(milliseconds(from), milliseconds(to)) };
    await ask('add-transcript', { captureId, ...place, ...by, text: said });
    setSaid('');
    setFrom(to);
  });
  const finish = useAction(async () => void (await ask('finish-recording', { captureId })));
  const submit = (event: Event) => {
    event.preventDefault();
    void add.run();
  };
  const seconds = (label: string, value: string, set: (value: string) => void) => (
    <label>
      {label}
      <input
        type="number"
        min={0}
        step={0.1}
        required
        value={value}
        onInput={(event) => set(event.currentTarget.value)}
      />
    </label>
  );
  return (
    <form class="fields" onSubmit={submit}>
      <h3>
        {text.transcript} <span class="mono">{captureId}</span>
      </h3>
      <p class="hint">{text.transcriptIntro}</p>
      <ol aria-live="polite">
        {(written ?? []).map(({ seq, fromMs, toMs, speaker: by, text: line }) => (
          <li key={seq}>
            {filled(text.transcriptPlace, fromMs / 1000, toMs / 1000)} {by ?? ''} {line}
          </li>
        ))}
      </ol>
      {seconds(text.transcriptFrom, from, setFrom)}
      {seconds(text.transcriptTo, to, setTo)}
      <label>
        {text.transcriptSpeaker}
        <input
          type="text"
          maxLength={100}
          value={speaker}
          onInput={(event) => setSpeaker(event.currentTarget.value)}
        />
      </label>
      <label>
        {text.transcriptSaid}
        <textarea
          rows={3}
          maxLength={5000}
          required
          value={said}
          onInput={(event) => setSaid(event.currentTarget.value)}
        />
      </label>
      <ErrorNote error={add.error ?? finish.error} />
      <div class="buttons">
        <button type="submit" class="button button-plain" disabled={add.busy || said.trim() === ''}>
          {text.addTranscript}
        </button>
        <button type="button" class="button" disabled={finish.busy} onClick={() => void finish.run()}>
          {text.finishRecording}
        </button>
      </div>
    </form>
  );
}

function milliseconds(seconds: string): number {
  const value = Math.round(Number(seconds) * 1000);
  return Number.isSafeInteger(value) && value >= 0 ? value : 0;
}
