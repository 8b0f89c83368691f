import { useEffect, useState } from 'preact/hooks';
import { type DeviceAnswer, devicesAnswer, type MeAnswer } from '#shared/api/people';
import { ask } from '../api.ts';
import { deviceRights } from '../device-rights.ts';
import { DeviceRow } from '../devices/DeviceRow.tsx';
import { ErrorNote } from '../ErrorNote.tsx';
import { useAction } from '../use-action.ts';
import { useWording } from '../wording.ts';

/** The devices of one's organisation, newest first, a page at a time. */
export function Devices({ me }: { me: MeAnswer }) {
  const { text } = useWording();
  const rights = deviceRights(me.role);
  const [devices, setDevices] = useState<readonly DeviceAnswer[]>();
  const [next, setNext] = useState<string | null>(null);
  const more = useAction(async () => {
    const after = next === null ? '' : `?after=${encodeURIComponent(next)}`;
    const page = await ask(`/devices${after}`, { answer: devicesAnswer });
    setDevices([...(devices ?? []), ...page.devices]);
    setNext(page.next);
  });
  useEffect(() => {
    if (rights.see) void more.run();
  }, []);
  const replace = (changed: DeviceAnswer) =>
    setDevices((before) => before?.map((device) => (device.id === changed.id ? changed : device)));
  return (
    <section class="card">
      <h1>{text.devicesTitle}</h1>
      <p>{rights.see ? text.devicesIntro : text.devicesForbidden}</p>
      <ErrorNote error={more.error} />
      {devices?.length === 0 && <p>{text.noDevices}</p>}
      <ul class="list">
        {devices?.map((device) => (
          <DeviceRow key={device.id} device={device} mayChange={rights.change} onChanged={replace} />
        ))}
      </ul>
      {next !== null && (
        <button type="button" disabled={more.busy} onClick={() => void more.run()}>
          {text.showMore}
        </button>
      )}
    </section>
  );
}
