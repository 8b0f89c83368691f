import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { open, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { buildTestBundle } from '../fixtures/build-test-bundle.ts';
import { createDeviceClient, type DeviceClient } from '../fixtures/device-client.ts';
import { type RunningService, startService } from './start-service.ts';

const MIB = 1 << 20;

/** A file system of 64 MiB in memory; `undefined` where mounting is not allowed. */
function mountSmall(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'small-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', folder], { stdio: 'pipe' });
    return folder;
  } catch {
    rmSync(folder, { recursive: true });
    return undefined;
  }
}
const disk = mountSmall() ?? '';
const ballast = join(disk, 'ballast');
let running: RunningService | undefined;

if (disk === '')
  console.warn('disk-full: no small file system can be mounted here; the real disk is not tried');
afterEach(async () => {
  await makeRoom();
  await running?.stop();
});
afterAll(() => {
  if (disk === '') return;
  execFileSync('umount', ['-l', disk]);
  rmSync(disk, { recursive: true });
});

async function leaveFree(bytes: number): Promise<void> {
  await rm(ballast, { force: true });
  const { bavail, bsize } = await statfs(disk);
  const file = await open(ballast, 'w');
  const block = new Uint8Array(4096);
  try {
    for (let left = Math.floor((bavail * bsize - bytes) / 4096); left > 0; left--) await file.write(block);
  } catch (error) {
    // The service wrote meanwhile; that there is no room is what is wanted.
    if ((error as { code?: string }).code !== 'ENOSPC') throw error;
  } finally {
    await file.close();
  }
}
const makeRoom = () => rm(ballast, { force: true });

const start = async (minFree: number) => {
  running = await startService({ dataDir: join(disk, 'data'), args: ['--min-free-bytes', String(minFree)] });
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

test.skipIf(disk === '')(
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

test.skipIf(disk === '')(
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
