import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createDeviceClient } from '../../test/fixtures/device-client.ts';
import { openTestApp, type TestApp } from '../http/testing/open-test-app.ts';
import type { Upload } from '../store/uploads.ts';
import { createUploadRoom } from './upload-room.ts';

const KEPT_FREE = 1_000_000;
let service: TestApp;
let device = '';
let n = 0;

beforeAll(async () => {
  service = await openTestApp();
  const client = createDeviceClient(await service.listen());
  await client.pair(await service.pairingCode());
  device = client.device.id;
});
afterAll(() => service.close());
beforeEach(async () => {
  service.disk.free = Number.POSITIVE_INFINITY;
  const { uploads } = service.intake.store;
  for (const { id } of await uploads.unfinished(10_000)) await uploads.remove(id);
});

/** The room of a process that begins now, and how often it has listed the uploads under way. */
function begin() {
  const { intake } = service;
  const seen = { listings: 0 };
  const uploads = {
    unfinished: (limit: number, after?: Upload) => {
      seen.listings++;
      return intake.store.uploads.unfinished(limit, after);
    },
  };
  return { seen, room: createUploadRoom({ ...intake, store: { uploads } }) };
}

async function store(bytes: number): Promise<string> {
  const id = `upload-${++n}`;
  const createdAt = 1000 + (n % 3);
  const row = { id, device, capture: 'c', sha256: 's', package: 'p', bytes, createdAt, finishedAt: null };
  await service.intake.store.uploads.add(row);
  return id;
}
const full = { code: 'DISK_FULL', entry: 'upload' };

test('uploads for which there is room are admitted without a look at the others', async () => {
  const { room, seen } = begin();
  service.disk.free = KEPT_FREE + 1_000_000;
  for (let count = 0; count < 200; count++) await room.admit(1000, () => store(1000));
  expect(seen.listings).toBe(1);
});

test('none is given the room that another will take, in this process or in the next', async () => {
  service.disk.free = KEPT_FREE + 1000;
  const { room } = begin();
  await room.admit(600, () => store(600));
  await expect(room.admit(401, () => store(401))).rejects.toMatchObject(full);
  await expect(begin().room.admit(401, () => store(401))).rejects.toMatchObject(full);
  await begin().room.admit(400, () => store(400));
});

test('what arrives, ends or expires makes room again', async () => {
  service.disk.free = KEPT_FREE + 1000;
  const { room } = begin();
  const first = await room.admit(600, () => store(600));
  await room.admit(400, () => store(400));
  await writeFile(join(service.intake.folders.incoming, first), new Uint8Array(500));
  service.disk.free -= 500;
  await expect(room.admit(1, () => store(1))).rejects.toMatchObject(full);
  await service.intake.store.uploads.remove(first);
  await room.admit(100, () => store(100));
  await expect(room.admit(1, () => store(1))).rejects.toMatchObject(full);
});

test('any number at once stay within the room, and fill it', async () => {
  service.disk.free = KEPT_FREE + 1000;
  const { room } = begin();
  const asked = await Promise.allSettled(Array.from({ length: 30 }, () => room.admit(100, () => store(100))));
  expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
  expect(await service.intake.store.uploads.unfinished(100)).toHaveLength(10);
});

test('an upload that is not stored takes no room', async () => {
  service.disk.free = KEPT_FREE + 1000;
  const { room } = begin();
  const broken = () => Promise.reject(new Error('limit'));
  await expect(room.admit(1000, broken)).rejects.toThrow('limit');
  await room.admit(1000, () => store(1000));
});

test('more uploads than are read at a time are all counted', async () => {
  const { database } = service;
  const row = { device, capture: 'c', sha256: 's', package: 'p', bytes: 1, finishedAt: null };
  for (let at = 0; at < 2500; at += 500)
    await database
      .insertInto('uploads')
      .values(
        Array.from({ length: 500 }, (_, k) => ({ ...row, id: `many-${at + k}`, createdAt: (at + k) % 7 })),
      )
      .execute();
  service.disk.free = KEPT_FREE + 3000;
  await expect(begin().room.admit(501, () => store(501))).rejects.toMatchObject(full);
  await begin().room.admit(500, () => store(500));
});
