import { readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDeviceClient, type DeviceClient } from '../../test/fixtures/device-client.ts';
import { openTestApp, type TestApp } from '../http/testing/open-test-app.ts';
import { expireUploads } from './expire-uploads.ts';
import { createUploadFinisher } from './finish-upload.ts';

let service: TestApp;
let client: DeviceClient;

beforeAll(async () => {
  service = await openTestApp();
  client = createDeviceClient(await service.listen());
  await client.pair(await service.pairingCode());
  await client.signIn();
});
afterAll(() => service.close());

let n = 0;
async function begun(
  sent: number,
): Promise<{ id: string; path: string; bytes: Uint8Array; captureId: string }> {
  const bytes = new Uint8Array(10_000).fill(++n);
  const captureId = `CAP-${client.device.id}-${n}`;
  const path = await client.createUpload({ bytes, captureId });
  if (sent > 0) await client.sendFrom(path, bytes.subarray(0, sent), 0);
  return { id: path.split('/').at(-1) ?? '', path, bytes, captureId };
}
/** Names below incoming/ without the notes of the tus store. */
const kept = async () =>
  (await readdir(service.intake.folders.incoming)).filter((name) => !name.endsWith('.json')).sort();

test('what got no byte for long is removed; what is whole, fresh or needed stays', async () => {
  const { intake } = service;
  const whole = await begun(10_000);
  const abandoned = await begun(4000);
  const unborn = await begun(0);
  const lately = await begun(4000);
  const unacknowledged = await begun(4000);
  await writeFile(join(intake.folders.incoming, unacknowledged.id), unacknowledged.bytes);
  const orphan = 'f'.repeat(32);
  await writeFile(join(intake.folders.incoming, orphan), 'x');
  const later = Date.now() + 3_600_000;
  await utimes(join(intake.folders.incoming, lately.id), later / 1000, later / 1000);

  const finished: string[] = [];
  const uploads = createUploadFinisher(intake, (id) => finished.push(id));
  expect(await expireUploads(intake, uploads, Date.now() - 60_000)).toBe(0);
  expect(await expireUploads(intake, uploads, later - 60_000)).toBe(3);
  expect(await kept()).toEqual([whole.id, lately.id, unacknowledged.id].sort());
  expect(finished).toEqual([client.packageIdOf(unacknowledged.bytes)]);

  // Its device begins again, as for any upload the service does not know.
  for (const gone of [abandoned, unborn])
    await expect(client.sendFrom(gone.path, gone.bytes, 0)).rejects.toMatchObject({ code: 'UPLOAD_UNKNOWN' });
  expect(await client.upload(abandoned)).toMatch(/^EVD-/);
  expect(await client.sendFrom(lately.path, lately.bytes, 4000)).toBe(204);
});

test('every error of an upload is JSON and says so', async () => {
  const { path, bytes } = await begun(1000);
  const tus = { 'tus-resumable': '1.0.0' };
  const stream = { 'content-type': 'application/offset+octet-stream' };
  const asked: [string, RequestInit, number][] = [
    ['/api/v1/uploads', { method: 'POST', headers: tus }, 400],
    ['/api/v1/uploads', { method: 'POST', headers: { ...tus, 'upload-length': '1' } }, 400],
    [path, { method: 'PATCH', headers: { ...tus, ...stream, 'upload-offset': '7' }, body: 'x' }, 409],
    [path, { method: 'PATCH', headers: { ...stream, 'upload-offset': '1000' }, body: 'x' }, 412],
    [
      path,
      {
        method: 'PATCH',
        headers: { ...tus, 'content-type': 'text/plain', 'upload-offset': '1000' },
        body: 'x',
      },
      400,
    ],
    [
      '/api/v1/uploads/none',
      { method: 'PATCH', headers: { ...tus, ...stream, 'upload-offset': '0' }, body: 'x' },
      404,
    ],
  ];
  for (const [url, init, status] of asked) {
    const answer = await client.send(url, init);
    const text = await answer.text();
    expect([url, answer.status, text]).toEqual([url, status, expect.stringContaining('"code"')]);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(JSON.parse(text)).toMatchObject({
      error: { code: expect.any(String), message: expect.any(String) },
    });
  }
  expect(await client.sendFrom(path, bytes, 1000)).toBe(204);
});
