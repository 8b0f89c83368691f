import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parseTrustFile } from '#shared/verify/trust-anchors';
import { verifyPackage } from '#shared/verify/verify-package';
import { sealSteps } from '../../server/seal/seal-steps.ts';
import { openFileSource } from '../../server/store/file-source.ts';
import { nodePorts } from '../../server/store/node-ports.ts';
import { buildTestBundle } from '../fixtures/build-test-bundle.ts';
import { createDeviceClient, type DeviceClient } from '../fixtures/device-client.ts';
import { createTestDevice, type TestDevice } from '../fixtures/test-device.ts';
import { type RunningService, startService } from './start-service.ts';

const entry = fileURLToPath(new URL('./service-killed-at-step.mjs', import.meta.url));
/** Nobody takes a second look here: that step has no file to write and never runs. */
const steps = sealSteps.filter(({ name }) => name !== 'second-looks');
const isLong = process.env.TIEZHENG_LONG === '1';
/** What stands after one step is what the next one begins with; the long run tries both, and the end is tried always. */
const points = steps.flatMap(({ name }, index) => [
  `before:${name}`,
  ...(isLong || index === steps.length - 1 ? [`after:${name}`] : []),
]);
/** Two services at a time: one core each. */
const halves = [0, 1].map((half) => points.filter((_, index) => index % 2 === half));

/** One data directory, its device, and whatever process runs on it now. */
interface Installation {
  readonly dataDir: string;
  readonly device: TestDevice;
  running?: RunningService;
}

async function start(installation: Installation, kill?: string): Promise<DeviceClient> {
  const { dataDir, device } = installation;
  const running = await startService({
    dataDir,
    ...(kill === undefined ? {} : { entry, env: { TIEZHENG_TEST_KILL: kill } }),
  });
  installation.running = running;
  const client = createDeviceClient(running.url, device);
  if (device.sequence === 1) await client.pair(await running.pairingCode());
  await client.signIn();
  return client;
}

/** Uploads a capture; the service may be gone before it has answered. */
async function uploadUntilKilled({ device, running }: Installation, client: DeviceClient): Promise<string> {
  const bundle = await buildTestBundle({
    device,
    challenge: ({ device: _, ...needs }) => client.challenge(needs),
    anchor: (digest) => client.anchor(digest),
  });
  const path = await client.createUpload(bundle);
  await client.sendFrom(path, bundle.bytes, 0).catch((error: unknown) => {
    if (!(error instanceof TypeError)) throw error;
  });
  expect(await running?.exited).toBe('SIGKILL');
  return client.packageIdOf(bundle.bytes);
}

/** The restarted service ends what the killed one began. */
async function finished(client: DeviceClient, id: string): Promise<void> {
  const { state, refusal } = await client.waitFor(id, 'sealed', 'refused', 'waiting');
  expect({ state, refusal }).toEqual({ state: 'sealed', refusal: null });
}

async function killAtEach(some: readonly string[], installation: Installation): Promise<void> {
  const { dataDir, device } = installation;
  const packages = join(dataDir, 'service', 'packages');
  const sealed: string[] = [];
  for (const point of some) {
    // The same process first ends the seal of the round before.
    const client = await start(installation, `${point}:CAP-${device.id}-${device.sequence}`);
    for (const id of sealed.slice(-1)) await finished(client, id);
    sealed.push(await uploadUntilKilled(installation, client));
    const visible = (await readdir(packages)).filter((name) => !name.startsWith('.'));
    expect(visible.sort(), `killed ${point}`).toEqual(sealed.slice(0, -1).sort());
  }
  const client = await start(installation);
  await finished(client, sealed.at(-1) ?? '');
  const anchors = parseTrustFile(await (await client.send('/trust')).text());
  expect((await readdir(packages)).sort()).toEqual([...sealed].sort());
  for (const id of sealed) {
    const source = await openFileSource(join(packages, id, `${id}.asice`));
    const { verdict, checks } = await verifyPackage(source, nodePorts, { anchors });
    await source.close();
    const faults = checks
      .filter(({ status }) => status === 'fail')
      .map(({ id: check, code }) => [check, code]);
    expect({ id, verdict, faults }).toEqual({ id, verdict: 'valid', faults: [] });
  }
  for (const folder of ['work', 'incoming'])
    expect(await readdir(join(dataDir, 'service', folder))).toEqual([]);
}

test.concurrent.each(halves)(
  'killed %s and at every second point after it, the seal is finished',
  async (...some) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'seal-kill-'));
    const installation: Installation = { dataDir, device: createTestDevice(Date.now()) };
    try {
      await killAtEach(some, installation);
    } finally {
      await installation.running?.stop();
      await rm(dataDir, { recursive: true });
    }
  },
);

test('every step is killed', () => {
  expect(halves.flat().sort()).toEqual([...points].sort());
  expect(points).toHaveLength(isLong ? 2 * steps.length : steps.length + 1);
});
