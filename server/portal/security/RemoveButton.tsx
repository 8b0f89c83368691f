import { ErrorNote } from '../ErrorNote.tsx';
import { useAction } from '../use-action.ts';
import { useWording } from '../wording.ts';

/** Ends one thing of a list. */
export function RemoveButton({ label, remove }: { label: string; remove(): Promise<void> }) {
  const { text } = useWording();
  const action = useAction(remove);
  return (
    <span class="remove">
      <button type="button" aria-label={label} disabled={action.busy} onClick={() => void action.run()}>
        {text.remove}
      </button>
      <ErrorNote error={action.error} />
    </span>
  );
}
