import type { DeviceAnswer } from '#shared/api/people';
import { Instant } from '../security/Instant.tsx';
import { useWording } from '../wording.ts';
import { DeviceChange } from './DeviceChange.tsx';

interface Props {
  readonly device: DeviceAnswer;
  readonly mayChange: boolean;
  onChanged(device: DeviceAnswer): void;
}

/** One device: what it is, in which state, and what may be done about it. */
export function DeviceRow({ device, mayChange, onChanged }: Props) {
  const { text } = useWording();
  const { id, name, pairedAt, revokedAt, suspendedAt, suspension } = device;
  return (
    <li>
      <span>
        {name} <code>{id}</code>
        <small>
          {text.pairedSince} <Instant at={pairedAt} />
        </small>
        <small>
          {revokedAt !== null ? (
            <>
              {text.deviceRevoked} <Instant at={revokedAt} />
            </>
          ) : suspendedAt !== null ? (
            <>
              {text.deviceSuspended} <Instant at={suspendedAt} /> <code>{suspension}</code>
            </>
          ) : (
            text.deviceActive
          )}
        </small>
      </span>
      {mayChange && revokedAt === null && (
        <span class="remove">
          {suspendedAt !== null && <DeviceChange device={device} to="reinstate" onChanged={onChanged} />}
          <DeviceChange device={device} to="revoke" onChanged={onChanged} />
        </span>
      )}
    </li>
  );
}
