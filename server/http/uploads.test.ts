import { createHash } from 'node:crypto';
import { readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { type ClientRequest, request } from 'node:http';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { EXTENSION_ORIGIN } from '#shared/api/extension-id';
import { type PackageAnswer, packagesAnswer } from '#shared/api/schemas';
import type { Sha256 } from '#shared/lib/sha256';
import { packageId } from '#shared/seal/package-id';
import type { DeviceClient } from '../../test/fixtures/device-client.ts';
import { createUploadFinisher } from '../intake/finish-upload.ts';
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
function bundle(size = 100_000) {
  const bytes = new Uint8Array(size).fill(++n);
  const sha256 = createHash('sha256').update(bytes).digest('hex') as Sha256;
  return { bytes, sha256, id: packageId(sha256), captureId: `CAP-${client.device.id}-${n}` };
}

const offsetOf = async (path: string) => {
  const answer = await client.send(path, { method: 'HEAD', headers: { 'tus-resumable': '1.0.0' } });
  return answer.status === 200 ? Number(answer.headers.get('upload-offset')) : answer.status;
};

test('takes an upload whole: on disk, named, with a job, before it is acknowledged', async () => {
  const { bytes, id, captureId } = bundle();
  const path = await client.createUpload({ bytes, captureId });
  expect(path).toMatch(/^\/api\/v1\/uploads\/[0-9a-f]{32}$/);
  expect(await client.json<PackageAnswer>(`/packages/${id}`)).toMatchObject({
    state: 'receiving',
    capture: captureId,
    steps: ['one', 'two'],
  });
  expect(await client.sendFrom(path, bytes, 0)).toBe(204);
  expect(service.received).toEqual([id]);
  expect(await client.json<PackageAnswer>(`/packages/${id}`)).toMatchObject({
    state: 'verifying',
    capture: null,
  });
  const row = await service.intake.store.packages.get(id);
  expect(new Uint8Array(await readFile(join(service.intake.folders.incoming, row!.upload)))).toEqual(bytes);
});

test('goes on where an aborted request stopped', async () => {
  const { bytes, id, captureId } = bundle(2_000_000);
  const path = await client.createUpload({ bytes, captureId });
  await abortedPatch(path, bytes, 700_000);
  // How much of what was sent arrives before the connection breaks is up to the network.
  let offset = 0;
  for (let earlier = -1; offset === 0 || offset !== earlier; ) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    earlier = offset;
    offset = await offsetOf(path);
  }
  expect(offset).toBeLessThanOrEqual(700_000);
  await expect(client.sendFrom(path, bytes, 0)).rejects.toMatchObject({
    status: 409,
    code: 'UPLOAD_OFFSET_CONFLICT',
  });
  expect(await client.sendFrom(path, bytes, offset)).toBe(204);
  expect(service.received).toEqual([id]);
  expect(await offsetOf(path)).toBe(bytes.length);
});

/** Sends part of a PATCH, then breaks the connection. */
function abortedPatch(path: string, bytes: Uint8Array, sent: number): Promise<void> {
  return new Promise((resolve) => {
    const patch: ClientRequest = request(new URL(path, url), {
      method: 'PATCH',
      headers: {
        authorization: `Bearer ${client.token}`,
        'tus-resumable': '1.0.0',
        'content-type': 'application/offset+octet-stream',
        'upload-offset': '0',
        'content-length': String(bytes.length),
      },
    });
    patch.on('error', () => resolve());
    patch.on('close', () => resolve());
    patch.write(bytes.subarray(0, sent), () => setTimeout(() => patch.destroy(), 100));
  });
}

test('bytes without the declared digest are dropped, the upload with them', async () => {
  const { bytes, id, captureId, sha256 } = bundle();
  const path = await client.createUpload({ bytes, captureId }, sha256);
  const damaged = Uint8Array.from(bytes);
  damaged[500] = 0;
  await expect(client.sendFrom(path, damaged, 0)).rejects.toMatchObject({
    status: 422,
    code: 'UPLOAD_DIGEST_MISMATCH',
    entry: captureId,
  });
  expect(service.received).toEqual([]);
  expect(await offsetOf(path)).toBe(404);
  await expect(client.json(`/packages/${id}`)).rejects.toMatchObject({ code: 'PACKAGE_UNKNOWN' });
  await client.upload({ bytes, captureId });
  expect(service.received).toEqual([id]);
});

test('the same bundle again is the same package and keeps one copy', async () => {
  const { bytes, id, captureId } = bundle();
  await client.upload({ bytes, captureId });
  const first = await service.intake.store.packages.get(id);
  const files = await readdir(service.intake.folders.incoming);
  expect(await client.upload({ bytes, captureId })).toBe(id);
  expect(await service.intake.store.packages.get(id)).toEqual(first);
  expect(await readdir(service.intake.folders.incoming)).toEqual(files);
});

test('a finished upload answers repeated requests', async () => {
  const { bytes, captureId } = bundle();
  const path = await client.createUpload({ bytes, captureId });
  await client.sendFrom(path, bytes, 0);
  expect(await client.sendFrom(path, bytes, bytes.length)).toBe(204);
  await expect(client.sendFrom(path, bytes, 5)).rejects.toMatchObject({ code: 'UPLOAD_OFFSET_CONFLICT' });
  const deleted = await client.send(path, { method: 'DELETE', headers: { 'tus-resumable': '1.0.0' } });
  expect(deleted.status).toBe(409);
});

test('what was received in full but not acknowledged is finished by the next HEAD, or at the next start', async () => {
  const finisher = createUploadFinisher(service.intake, (id) => service.received.push(id));
  for (const finish of [(path: string) => offsetOf(path), () => finisher.recover()]) {
    const { bytes, id, captureId } = bundle();
    const path = await client.createUpload({ bytes, captureId });
    // As a process leaves it that is killed between the last byte and the row.
    const file = join(service.intake.folders.incoming, path.split('/').at(-1) ?? '');
    await writeFile(file, bytes);
    expect((await client.json<PackageAnswer>(`/packages/${id}`)).state).toBe('receiving');
    await finish(path);
    expect((await client.json<PackageAnswer>(`/packages/${id}`)).state).toBe('verifying');
    expect(service.received.at(-1)).toBe(id);
  }
});

test('an unfinished upload can be given up', async () => {
  const { bytes, captureId } = bundle();
  const path = await client.createUpload({ bytes, captureId });
  const answer = await client.send(path, { method: 'DELETE', headers: { 'tus-resumable': '1.0.0' } });
  expect(answer.status).toBe(204);
  expect(await offsetOf(path)).toBe(404);
});

test('only the device that began an upload goes on with it, and sees its package', async () => {
  const { bytes, id, captureId } = bundle();
  const path = await client.createUpload({ bytes, captureId });
  const other = await pairedClient(service, url);
  await expect(other.sendFrom(path, bytes, 0)).rejects.toMatchObject({
    status: 403,
    code: 'UPLOAD_OF_OTHER_DEVICE',
  });
  await expect(other.createUpload({ bytes, captureId })).rejects.toMatchObject({
    code: 'UPLOAD_OF_OTHER_DEVICE',
    entry: captureId,
  });
  await client.sendFrom(path, bytes, 0);
  await expect(other.json(`/packages/${id}`)).rejects.toMatchObject({ code: 'PACKAGE_UNKNOWN' });
  expect((await other.json<{ packages: unknown[] }>('/packages')).packages).toEqual([]);
  other.token = service.adminToken;
  const page = v.parse(packagesAnswer, await other.json('/packages?limit=1'));
  expect(page.packages[0]?.id).toBe(id);
  other.token = '';
  await expect(other.json(`/packages/${id}`)).rejects.toMatchObject({ code: 'CREDENTIALS_MISSING' });
  await expect(other.sendFrom(path, bytes, 0)).rejects.toMatchObject({ code: 'CREDENTIALS_MISSING' });
});

test.each([
  ['no metadata', {}, 'UPLOAD_METADATA_MALFORMED'],
  ['another device', { 'upload-metadata': 'capture Q0FQLTAwMDAwMDAwLTE=' }, 'UPLOAD_METADATA_MALFORMED'],
  ['metadata that are not', { 'upload-metadata': 'capture ,,' }, 'UPLOAD_MALFORMED'],
  ['too much', { 'upload-length': String(MAX + 1) }, 'UPLOAD_TOO_LARGE'],
  ['no length', { 'upload-length': '' }, 'UPLOAD_MALFORMED'],
])('refuses to begin an upload with %s', async (_name, headers, code) => {
  const answer = await client.send('/api/v1/uploads', {
    method: 'POST',
    headers: { 'tus-resumable': '1.0.0', 'upload-length': '5', ...headers },
  });
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.status).toBeLessThan(500);
  const text = await answer.text();
  expect(text.startsWith('{') ? JSON.parse(text).error.code : 'UPLOAD_MALFORMED').toBe(code);
});

test('CORS headers reach the extension on answers of the upload library too', async () => {
  const { bytes, captureId } = bundle();
  const path = await client.createUpload({ bytes, captureId });
  const answer = await client.send(path, {
    method: 'HEAD',
    headers: { 'tus-resumable': '1.0.0', origin: EXTENSION_ORIGIN },
  });
  expect(answer.headers.get('access-control-allow-origin')).toBe(EXTENSION_ORIGIN);
  expect(answer.headers.get('upload-offset')).toBe('0');
});

test.skipIf(process.platform !== 'linux')(
  'a write without room is told as such even when there is room again',
  async () => {
    const { bytes, captureId, id } = bundle();
    const path = await client.createUpload({ bytes, captureId });
    const file = join(service.intake.folders.incoming, path.split('/').at(-1) ?? '');
    await rm(file);
    await symlink('/dev/full', file);
    await expect(client.sendFrom(path, bytes, 0)).rejects.toMatchObject({ status: 507, code: 'DISK_FULL' });
    await rm(file);
    await writeFile(file, '');
    expect(await client.sendFrom(path, bytes, 0)).toBe(204);
    expect(service.received).toContain(id);
  },
);
