import { useState } from 'preact/hooks';
import { type DeviceAnswer, deviceAnswer } from '#shared/api/people';
import { ask } from '../api.ts';
import { ErrorNote } from '../ErrorNote.tsx';
import { Field } from '../Field.tsx';
import { useAction } from '../use-action.ts';
import { useWording } from '../wording.ts';

interface Props {
  readonly device: DeviceAnswer;
  readonly to: 'revoke' | 'reinstate';
  onChanged(device: DeviceAnswer): void;
}

/** Revokes or reinstates a device, after a second look and with a reason, which the audit trail keeps. */
export function DeviceChange({ device: { id, name }, to, onChanged }: Props) {
  const { text } = useWording();
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const change = useAction(async () => {
    onChanged(await ask(`/devices/${id}/${to}`, { method: 'POST', body: { reason }, answer: deviceAnswer }));
    setOpen(false);
  });
  const label = text.deviceChange[to];
  if (!open)
    return (
      <button type="button" aria-label={`${label} ${name} ${id}`} onClick={() => setOpen(true)}>
        {label}
      </button>
    );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void change.run();
      }}
    >
      <Field
        label={text.deviceReason}
        hint={text.deviceChangeHint[to]}
        value={reason}
        onValue={setReason}
        required
        maxLength={500}
      />
      <button type="submit" disabled={change.busy}>
        {`${label} ${id}`}
      </button>
      <button type="button" onClick={() => setOpen(false)}>
        {text.cancel}
      </button>
      <ErrorNote error={change.error} />
    </form>
  );
}
