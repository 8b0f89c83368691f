import { useEffect, useState } from 'preact/hooks';
import { ask } from '../messages/ask.ts';
import { ErrorNote } from './ErrorNote.tsx';
import { useAction } from './use-action.ts';
import { useLive } from './use-live.ts';
import { useWording } from './wording.ts';

interface Props {
  /** Absent: 待归案. */
  readonly caseId?: string;
  onCase(caseId: string | undefined): void;
}

const NEW = 'new';
const NONE = '';

/** Chooses a case of the service, makes a new one, or none. */
export function CaseField({ caseId, onCase }: Props) {
  const { text } = useWording();
  const [creating, setCreating] = useState(false);
  const cases = useLive((reader) => reader.cases());
  useEffect(() => {
    // The list kept here is enough when the service is away.
    void ask('list-cases', {}).catch(() => undefined);
  }, []);
  const choose = (value: string) => {
    setCreating(value === NEW);
    if (value !== NEW) onCase(value === NONE ? undefined : value);
  };
  return (
    <>
      <label>
        {text.caseLabel}
        <select
          value={creating ? NEW : (caseId ?? NONE)}
          onChange={(event) => choose(event.currentTarget.value)}
        >
          <option value={NONE}>{text.noCase}</option>
          {(cases ?? []).map(({ id, number, title }) => (
            <option key={id} value={id}>
              {[number, title].filter(Boolean).join(' · ')}
            </option>
          ))}
          <option value={NEW}>{text.newCase}</option>
        </select>
      </label>
      {creating && (
        <NewCase
          onCreated={(id) => {
            setCreating(false);
            onCase(id);
          }}
        />
      )}
    </>
  );
}

/** Not a form of its own: it lies inside the capture form. */
function NewCase({ onCreated }: { onCreated(id: string): void }) {
  const { text } = useWording();
  const [number, setNumber] = useState('');
  const [title, setTitle] = useState('');
  const create = useAction(async () => onCreated((await ask('create-case', { number, title })).id));
  return (
    <fieldset class="fields inset">
      <legend>{text.newCase}</legend>
      <label>
        {text.caseNumber}
        <input maxLength={100} value={number} onInput={(event) => setNumber(event.currentTarget.value)} />
      </label>
      <label>
        {text.caseTitle}
        <input maxLength={300} value={title} onInput={(event) => setTitle(event.currentTarget.value)} />
      </label>
      <ErrorNote error={create.error} />
      <button
        type="button"
        class="button-small"
        disabled={create.busy || number.trim() === ''}
        onClick={() => void create.run()}
      >
        {text.createCase}
      </button>
    </fieldset>
  );
}
