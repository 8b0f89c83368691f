import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { buildTestBundle } from '../fixtures/build-test-bundle.ts';
import { createDeviceClient, type DeviceClient } from '../fixtures/device-client.ts';
import { mountSmallDisk } from './small-disk.ts';
import { type RunningService, startService } from './start-service.ts';

const MIB = 1 << 20;

const disk = mountSmallDisk(64);
let running: RunningService | undefined;

if (disk === undefined)
  console.warn('disk-full: no small file system can be mounted here; the real disk is not tried');
afterEach(async () => {
  await disk?.makeRoom();
  await running?.stop();
});
afterAll(() => disk?.unmount());

const leaveFree = (bytes: number) => disk!.leaveFree(bytes);
const makeRoom = () => disk!.makeRoom();

const start = async (minFree: number) => {
  running = await startService({
    dataDir: join(disk!.folder, 'data'),
    args: ['--min-free-bytes', String(minFree)],
  });
  return running;
};
const captured = (client: DeviceClient) =>
  buildTestBundle({
    device: client.device,
    payload: 300_000,
    challenge: ({ device: _, ...needs }) => client.challenge(needs),
    anchor: (digest) => client.anchor(digest),
  });
const full = { status: 507, code: 'DISK_FULL' };

test.skipIf(disk === undefined)(
  'on a disk that fills up the service says so, loses nothing and goes on',
  async () => {
    const { url, pairingCode } = await start(16 * MIB);
    const client = createDeviceClient(url);
    await client.pair(await pairingCode());
    await client.signIn();
    const first = await client.upload(await captured(client));
    await client.waitFor(first, 'sealed');

    const bundle = await captured(client);
    const path = await client.createUpload(bundle);
    await leaveFree(12 * MIB);
    await expect(client.createUpload(bundle)).rejects.toMatchObject(full);
    // Accepted before: it arrives, and waits for its seal.
    await client.sendFrom(path, bundle.bytes, 0);
    const id = client.packageIdOf(bundle.bytes);
    await leaveFree(MIB);
    await expect(captured(client)).rejects.toMatchObject(full);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    await makeRoom();
    expect(await client.waitFor(id, 'sealed', 'refused')).toMatchObject({ state: 'sealed' });
    await running?.stop();
  },
);

test.skipIf(disk === undefined)(
  'without any reserve, a write that fails anywhere loses nothing acknowledged',
  async () => {
    let { url, pairingCode } = await start(0);
    let client = createDeviceClient(url);
    await client.pair(await pairingCode());
    await client.signIn();
    const acknowledged: string[] = [];
    for (const kib of [0, 60, 200, 500, 900, 1500]) {
      const bundle = await captured(client);
      await leaveFree(kib * 1024);
      const path = await client.createUpload(bundle).catch(() => undefined);
      const sent = path === undefined ? 0 : await client.sendFrom(path, bundle.bytes, 0).catch(() => 0);
      if (sent === 204) acknowledged.push(client.packageIdOf(bundle.bytes));
      // The log meets the full disk itself, or there was just room.
      await client.anchor(digestOf(kib)).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 300));
      await makeRoom();
      // A log that met the full disk ends the process; its supervisor starts it again.
      const gone = await Promise.race([running?.exited, new Promise((resolve) => setTimeout(resolve, 500))]);
      if (gone !== undefined) {
        ({ url, pairingCode } = await start(0));
        const { device, token } = client;
        client = createDeviceClient(url, device);
        client.token = token;
      }
      if (sent !== 204) acknowledged.push(await client.upload(bundle));
    }
    for (const id of acknowledged)
      expect(await client.waitFor(id, 'sealed', 'refused')).toMatchObject({ id, state: 'sealed' });
  },
);

function digestOf(n: number): string {
  return n.toString(16).padStart(64, '0');
}
