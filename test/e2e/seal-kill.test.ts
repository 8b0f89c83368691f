import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseTrustFile } from '#shared/verify/trust-anchors';
import { verifyPackage } from '#shared/verify/verify-package';
import { sealSteps } from '../../server/seal/seal-steps.ts';
import { openFileSource } from '../../server/store/file-source.ts';
import { nodePorts } from '../../server/store/node-ports.ts';
import { buildTestBundle } from '../fixtures/build-test-bundle.ts';
import { createDeviceClient, type DeviceClient } from '../fixtures/device-client.ts';
import { createTestDevice } from '../fixtures/test-device.ts';
import { type RunningService, startService } from './start-service.ts';

const entry = fileURLToPath(new URL('./service-killed-at-step.mjs', import.meta.url));
const device = createTestDevice(Date.now());
const points = sealSteps.flatMap(({ name }) => [`before:${name}`, `after:${name}`]);

let dataDir = '';
let running: RunningService | undefined;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'seal-kill-'));
});
afterAll(async () => {
  await running?.stop();
  await rm(dataDir, { recursive: true });
});

async function start(kill?: string): Promise<DeviceClient> {
  running = await startService({
    dataDir,
    ...(kill === undefined ? {} : { entry, env: { TIEZHENG_TEST_KILL: kill } }),
  });
  const client = createDeviceClient(running.url, device);
  if (device.sequence === 1) await client.pair(await running.pairingCode());
  await client.signIn();
  return client;
}

/** Uploads a capture; the service may be gone before it has answered. */
async function uploadUntilKilled(client: DeviceClient): Promise<string> {
  const bundle = await buildTestBundle({
    device,
    challenge: ({ device: _, ...needs }) => client.challenge(needs),
    anchor: (digest) => client.anchor(digest),
  });
  const path = await client.createUpload(bundle);
  await client.sendFrom(path, bundle.bytes, 0).catch((error: unknown) => {
    if (!(error instanceof TypeError)) throw error;
  });
  return client.packageIdOf(bundle.bytes);
}

/** The restarted service ends what the killed one began, and shows nothing of it before. */
async function finished(client: DeviceClient, id: string): Promise<void> {
  const early = await client.json<{ state: string }>(`/packages/${id}`);
  if (early.state !== 'sealed')
    expect((await client.send(`/api/v1/packages/${id}/package`)).status).toBeOneOf([200, 409]);
  const { state, refusal } = await client.waitFor(id, 'sealed', 'refused', 'waiting');
  expect({ state, refusal }).toEqual({ state: 'sealed', refusal: null });
}

test(`a service killed at each of ${points.length} points of sealing finishes the seal when it is started again`, async () => {
  const sealed: string[] = [];
  for (const point of points) {
    // The same process first ends the seal of the round before.
    const client = await start(`${point}:CAP-${device.id}-${device.sequence}`);
    for (const id of sealed.slice(-1)) await finished(client, id);
    sealed.push(await uploadUntilKilled(client));
    expect(await running?.exited, `killed ${point}`).toBe('SIGKILL');
  }
  const client = await start();
  await finished(client, sealed.at(-1) ?? '');

  const anchors = parseTrustFile(await (await client.send('/trust')).text());
  const packages = join(dataDir, 'service', 'packages');
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
});
