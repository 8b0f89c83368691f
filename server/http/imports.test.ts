import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Sha256 } from '#shared/lib/sha256';
import { packageId } from '#shared/seal/package-id';
import type { DeviceClient } from '../../test/fixtures/device-client.ts';
import { openTestApp, type TestApp } from './testing/open-test-app.ts';
import { pairedClient } from './testing/paired-client.ts';

const MAX = 3_000_000;
let service: TestApp;
let url = '';
let client: DeviceClient;
let n = 0;

beforeAll(async () => {
  service = await openTestApp({ maxUploadBytes: MAX });
  url = await service.listen();
  client = await pairedClient(service, url);
});
afterAll(() => service.close());
beforeEach(() => {
  service.received.length = 0;
});

/** Distinct bytes in every test. */
function bundle(size = 100_000, device = client.device.id) {
  const bytes = new Uint8Array(size).fill(++n);
  const sha256 = createHash('sha256').update(bytes).digest('hex') as Sha256;
  return { bytes, sha256, id: packageId(sha256), captureId: `CAP-${device}-${n}` };
}

async function carry(
  { bytes, sha256, captureId }: Pick<ReturnType<typeof bundle>, 'bytes' | 'sha256' | 'captureId'>,
  token = service.adminToken,
) {
  const answer = await fetch(`${url}/api/v1/imports?capture=${captureId}&sha256=${sha256}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
    body: bytes,
  });
  const body = (await answer.json()) as { package?: string; error?: { code: string } };
  return { status: answer.status, package: body.package, code: body.error?.code };
}
const left = async () => ({
  files: await readdir(service.intake.folders.incoming),
  open: await service.intake.store.uploads.unfinished(100),
});

test('a carried bundle is on disk with its job before it is acknowledged, and audited; once more it is the same', async () => {
  const carried = bundle();
  expect(await carry(carried)).toMatchObject({ status: 201, package: carried.id });
  expect(service.received).toEqual([carried.id]);
  const row = await service.intake.store.packages.get(carried.id);
  expect(row?.device).toBe(client.device.id);
  const stored = await readFile(join(service.intake.folders.incoming, row!.upload));
  expect(new Uint8Array(stored)).toEqual(carried.bytes);
  expect(await carry(carried)).toMatchObject({ status: 200, package: carried.id });
  expect(await client.upload(carried)).toBe(carried.id);
  const answer = await fetch(`${url}/api/v1/audit`, {
    headers: { authorization: `Bearer ${service.adminToken}` },
  });
  const { entries } = (await answer.json()) as { entries: { action: string; subject: string | null }[] };
  const imports = entries.filter(({ action }) => action === 'bundle-import');
  expect(imports.map(({ subject }) => subject)).toEqual([`package:${carried.id}`, `package:${carried.id}`]);
});

test('a bundle its device uploaded before is the same package', async () => {
  const sent = bundle();
  await client.upload(sent);
  expect(await carry(sent)).toMatchObject({ status: 200, package: sent.id });
});

test('what is no bundle of a device that may upload is refused, and nothing of it stays', async () => {
  const before = await left();
  const stranger = bundle(1000, '0123abcd');
  expect(await carry(stranger)).toMatchObject({ status: 404, code: 'DEVICE_UNKNOWN' });
  expect(await carry(bundle(MAX + 1))).toMatchObject({ status: 413, code: 'UPLOAD_TOO_LARGE' });
  const other = { ...bundle(), sha256: 'ab'.repeat(32) as Sha256 };
  expect(await carry(other)).toMatchObject({ status: 422, code: 'UPLOAD_DIGEST_MISMATCH' });
  expect(await carry({ ...bundle(), captureId: 'CAP-x' })).toMatchObject({ code: 'REQUEST_MALFORMED' });
  expect(await carry(bundle(), client.token)).toMatchObject({ status: 403, code: 'ROLE_FORBIDDEN' });
  const suspended = await pairedClient(service, url);
  await service.intake.store.devices.suspend(suspended.device.id, 'SEQUENCE_FORK: x', Date.now());
  expect(await carry(bundle(1000, suspended.device.id))).toMatchObject({ code: 'DEVICE_SUSPENDED' });
  expect(await left()).toEqual(before);
  expect(service.received).toEqual([]);
});

test('one that breaks off leaves nothing and is carried in anew', async () => {
  const before = await left();
  const carried = bundle(2_000_000);
  const path = `/api/v1/imports?capture=${carried.captureId}&sha256=${carried.sha256}`;
  const sending = request(`${url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${service.adminToken}`, 'content-length': carried.bytes.length },
  });
  sending.on('error', () => undefined);
  sending.write(carried.bytes.subarray(0, 700_000));
  await expect.poll(async () => (await left()).open.length).toBe(before.open.length + 1);
  sending.destroy();
  await expect.poll(left).toEqual(before);
  expect(await carry(carried)).toMatchObject({ status: 201 });
});
