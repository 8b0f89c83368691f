import { afterAll, beforeAll, expect, test } from 'vitest';
import { sha256Hex } from '#shared/lib/sha256';
import { leafBytes } from '#shared/log/leaf';
import { verifyTlogProof } from '#shared/log/verify-tlog-proof';
import { buildTestBundle, type TestBundleOptions } from '../../test/fixtures/build-test-bundle.ts';
import { createDeviceClient, type DeviceClient } from '../../test/fixtures/device-client.ts';
import { createTestDevice } from '../../test/fixtures/test-device.ts';
import { processPackage } from '../intake/process-package.ts';
import { nodePorts } from '../store/node-ports.ts';
import { openTestApp, type TestApp } from './testing/open-test-app.ts';
import { pairedClient } from './testing/paired-client.ts';
import { addUser, type Browser, browserOf } from './testing/people.ts';
import { testSealer } from './testing/test-sealer.ts';

/** Attacks of docs/threat-model.md on people and service: each is refused, or leaves its mark. */

let service: TestApp;
let url = '';
let administrator: Browser;
beforeAll(async () => {
  service = await openTestApp();
  url = await service.listen();
  administrator = await browserOf(service, await addUser(service, 'administrator'));
});
afterAll(() => service.close());

const captured = (client: DeviceClient, more: TestBundleOptions = {}) =>
  buildTestBundle({
    device: client.device,
    challenge: ({ device: _, ...needs }) => client.challenge(needs),
    anchor: (digest) => client.anchor(digest),
    ...more,
  });
/** Takes a received package to its end. */
async function judged(id: string) {
  const { intake } = service;
  await processPackage(intake, testSealer(service), id);
  return (await intake.store.packages.get(id))!;
}
const revoke = (id: string) => administrator.send('POST', `/devices/${id}/revoke`, { reason: '遗失' });
const codeOf = async (attempt: Promise<unknown>) =>
  attempt.then(
    () => 'done',
    (error: { code?: string }) => error.code,
  );

test('a stolen session token signs nothing: neither another device nor another key gets evidence in', async () => {
  const victim = await pairedClient(service, url);
  const thief = createDeviceClient(url);
  thief.token = victim.token;
  const own = await buildTestBundle({ device: thief.device });
  expect(await codeOf(thief.upload(own))).toBe('UPLOAD_OF_OTHER_DEVICE');
  const forged = await buildTestBundle({ device: { ...thief.device, id: victim.device.id } });
  const row = await judged(await thief.upload({ ...forged, captureId: `CAP-${victim.device.id}-1` }));
  expect(row).toMatchObject({ state: 'refused', sealedAt: null });
  expect(await service.intake.store.devices.get(victim.device.id)).toMatchObject({ suspendedAt: null });
});

test('a stolen pairing code makes a ghost device that shows, and that is ended', async () => {
  const code = await service.pairingCode();
  const ghost = createDeviceClient(url);
  await ghost.pair(code, { name: '执法终端一' });
  await ghost.signIn();
  expect(await codeOf(createDeviceClient(url).pair(code))).toBe('PAIRING_CODE_USED');
  const devices = (await administrator.send('GET', '/devices')).json().devices as { id: string }[];
  expect(devices.map(({ id }) => id)).toContain(ghost.device.id);
  const { checkpoint, prove } = service.log;
  const size = BigInt(checkpoint.call(service.log).split('\n')[1] ?? '0');
  const leaf = leafBytes({ type: 'evidence-pairing/v1', publicKey: sha256Hex(ghost.device.publicKey) });
  const proof = await prove.call(service.log, size - 1n);
  await verifyTlogProof(nodePorts, proof, leaf, { logKeys: [service.log.vkey] });

  const offline = await buildTestBundle({ device: ghost.device });
  expect((await revoke(ghost.device.id)).statusCode).toBe(200);
  expect(await codeOf(ghost.anchor('a'.repeat(64)))).toBe('DEVICE_REVOKED');
  expect(
    await codeOf(ghost.challenge({ sequence: 9, journalHead: sha256Hex(new Uint8Array()), journalSeq: 1 })),
  ).toBe('DEVICE_REVOKED');
  expect(await judged(await ghost.upload(offline))).toMatchObject({
    state: 'refused',
    refusalCode: 'DEVICE_REVOKED',
  });
});

test('a revoked device delivers what it had anchored before; the receipt says so', async () => {
  const client = await pairedClient(service, url);
  const bundle = await captured(client);
  await revoke(client.device.id);
  await client.signIn();
  const row = await judged(await client.upload(bundle));
  expect(row.state).toBe('sealed');
  expect(JSON.parse(row.defects)).toContain('device-revoked-after-anchor');
  expect(JSON.parse(row.receipt ?? '{}').receipt.defects).toContain('device-revoked-after-anchor');
  // Wrapped and signed again, with a key that is known to be in other hands, it stays the same capture.
  const again = await buildTestBundle({ device: client.device });
  expect(await judged(await client.upload(again))).toMatchObject({ state: 'refused' });
});

test('an upload replayed is the same package, by its own device only', async () => {
  const [client, thief] = [await pairedClient(service, url), await pairedClient(service, url)];
  const bundle = await captured(client);
  const id = await client.upload(bundle);
  const before = await service.intake.store.packages.get(id);
  expect(await client.upload(bundle)).toBe(id);
  expect(await service.intake.store.packages.get(id)).toEqual(before);
  expect(await codeOf(thief.upload(bundle))).toBe('UPLOAD_OF_OTHER_DEVICE');
  // Declared as a capture of the thief's own, the bytes are still the victim's package.
  await thief.upload({ ...bundle, captureId: `CAP-${thief.device.id}-1` });
  expect(await service.intake.store.packages.get(id)).toEqual(before);
  expect(await codeOf(thief.json(`/packages/${id}`))).toBe('PACKAGE_UNKNOWN');
});

test('a ghost device has no session, and its evidence is refused whoever brings it', async () => {
  const carrier = await pairedClient(service, url);
  const ghost = createDeviceClient(url, createTestDevice(Date.now()));
  expect(await codeOf(ghost.signIn())).toBe('DEVICE_UNKNOWN');
  const bundle = await buildTestBundle({ device: ghost.device });
  expect(await codeOf(carrier.upload(bundle))).toBe('UPLOAD_OF_OTHER_DEVICE');
  const smuggled = await carrier.upload({ ...bundle, captureId: `CAP-${carrier.device.id}-1` });
  expect(await judged(smuggled)).toMatchObject({ state: 'refused', refusalCode: 'DEVICE_UNKNOWN' });
});

test('a session token of a device opens nothing of people, nor theirs anything of devices', async () => {
  const client = await pairedClient(service, url);
  expect(await codeOf(client.json('/users'))).toBe('ROLE_FORBIDDEN');
  expect(await codeOf(client.json('/me'))).toBe('ROLE_FORBIDDEN');
  const answer = await administrator.send('POST', '/anchors', { digest: 'a'.repeat(64) });
  expect(answer.json().error.code).toBe('ROLE_FORBIDDEN');
  const asCookie = { cookie: `tiezheng-session=${client.token}` };
  expect((await service.app.inject({ url: '/api/v1/me', headers: asCookie })).statusCode).toBe(401);
});
