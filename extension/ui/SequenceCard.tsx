import { useState } from 'preact/hooks';
import { ask } from '../messages/ask.ts';
import { readPreferences } from '../messages/preferences.ts';
import type { Precheck } from '../messages/protocol.ts';
import type { SequenceView } from '../store/read/reader.ts';
import { ErrorNote } from './ErrorNote.tsx';
import { useKindText } from './text/kind-text.ts';
import { useAction } from './use-action.ts';
import { useLive } from './use-live.ts';
import { filled } from './wording.ts';

/** Begins a sequence of linked captures; while it is open its steps, the next one, and its end. */
export function SequenceCard({ check }: { check: Precheck | undefined }) {
  const text = useKindText();
  const open = useLive((reader) => reader.openSequence());
  return (
    <section class="card fields" aria-labelledby="sequence-title">
      <h2 id="sequence-title">{text.sequence}</h2>
      {open === undefined ? <Begin /> : <Open key={open.id} sequence={open} check={check} />}
    </section>
  );
}

function Begin() {
  const text = useKindText();
  const [title, setTitle] = useState('');
  const begin = useAction(async () => void (await ask('begin-sequence', { title })));
  const submit = (event: Event) => {
    event.preventDefault();
    void begin.run();
  };
  return (
    <form class="fields" onSubmit={submit}>
      <p class="hint">{text.sequenceHint}</p>
      <label>
        {text.sequenceTitle}
        <input
          required
          maxLength={200}
          value={title}
          onInput={(event) => setTitle(event.currentTarget.value)}
        />
      </label>
      <ErrorNote error={begin.error} />
      <button type="submit" class="button button-plain" disabled={begin.busy || title.trim() === ''}>
        {text.beginSequence}
      </button>
    </form>
  );
}

function Open({ sequence, check }: { sequence: SequenceView; check: Precheck | undefined }) {
  const text = useKindText();
  const [label, setLabel] = useState('');
  const [last, setLast] = useState(false);
  const { id: sequenceId, steps } = sequence;
  const add = useAction(async () => {
    if (check === undefined) return;
    const { makers, ...settings } = await readPreferences();
    const named = makers.filter(({ name }) => name.trim() !== '');
    const asked = { tabId: check.tabId, ...settings, makers: named, sequenceId, label };
    await ask('add-step', last ? { ...asked, last } : asked);
    setLabel('');
  });
  const withdraw = useAction(async () => void (await ask('withdraw-label', { sequenceId })));
  const end = useAction(async () => void (await ask('end-sequence', { sequenceId })));
  const submit = (event: Event) => {
    event.preventDefault();
    void add.run();
  };
  return (
    <form class="fields" onSubmit={submit}>
      <p class="target-title">{sequence.title}</p>
      {steps.length > 0 && (
        <ol>
          {steps.map(({ capture, label: said, labelWithdrawn }) => (
            <li key={capture}>
              {labelWithdrawn === true ? text.withdrawn : said} <span class="mono hint">{capture}</span>
            </li>
          ))}
        </ol>
      )}
      <label>
        {text.stepLabel}
        <input
          required
          maxLength={200}
          value={label}
          onInput={(event) => setLabel(event.currentTarget.value)}
        />
      </label>
      <label class="check">
        <input type="checkbox" checked={last} onChange={(event) => setLast(event.currentTarget.checked)} />
        {text.lastStep}
      </label>
      <ErrorNote error={add.error ?? withdraw.error ?? end.error} />
      <button
        type="submit"
        class="button"
        disabled={add.busy || label.trim() === '' || check?.capturable !== true}
      >
        {filled(text.addStep, steps.length + 1)}
      </button>
      <div class="buttons">
        <button
          type="button"
          class="button-small"
          disabled={withdraw.busy || steps.length === 0 || steps.at(-1)?.labelWithdrawn === true}
          onClick={() => void withdraw.run()}
        >
          {text.withdrawLabel}
        </button>
        <button type="button" class="button-small" disabled={end.busy} onClick={() => void end.run()}>
          {text.endSequence}
        </button>
      </div>
    </form>
  );
}
