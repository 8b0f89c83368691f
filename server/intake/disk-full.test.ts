import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { buildTestBundle } from '../../test/fixtures/build-test-bundle.ts';
import { createDeviceClient, type DeviceClient } from '../../test/fixtures/device-client.ts';
import { openTestApp, type TestApp } from '../http/testing/open-test-app.ts';
import { testSealer } from '../http/testing/test-sealer.ts';
import { StoreError } from '../store/store-error.ts';
import type { IntakeContext } from './intake-context.ts';
import { createJobWorker } from './job-worker.ts';
import { processPackage } from './process-package.ts';
import type { Sealer } from './seal-input.ts';

let service: TestApp;
let client: DeviceClient;
let seal: Sealer;

beforeAll(async () => {
  service = await openTestApp();
  client = createDeviceClient(await service.listen());
  await client.pair(await service.pairingCode());
  await client.signIn();
  seal = testSealer(service);
});
afterAll(() => service.close());
beforeEach(() => {
  service.disk.free = Number.POSITIVE_INFINITY;
});

const captured = () =>
  buildTestBundle({
    device: client.device,
    challenge: ({ device: _, ...needs }) => client.challenge(needs),
    anchor: (digest) => client.anchor(digest),
  });
const full = { status: 507, code: 'DISK_FULL' };

test('an upload for which there is no room is refused; one accepted is taken to its end', async () => {
  const bundle = await captured();
  const size = bundle.bytes.length;
  service.disk.free = 1_000_000 + size - 1;
  await expect(client.createUpload(bundle)).rejects.toMatchObject(full);
  expect(await readdir(service.intake.folders.incoming)).toEqual([]);
  service.disk.free += 1;
  const path = await client.createUpload(bundle);
  // Room that the first will take is given to no second one.
  await expect(client.createUpload(bundle)).rejects.toMatchObject(full);
  service.disk.free = 500_000 + size - 1;
  await expect(client.sendFrom(path, bundle.bytes, 0)).rejects.toMatchObject(full);
  service.disk.free += 1;
  expect(await client.sendFrom(path, bundle.bytes, 0)).toBe(204);
});

test('with hardly any room nothing is logged; the log is not endangered', async () => {
  const other = createDeviceClient(client.url);
  await other.pair(await service.pairingCode());
  await other.signIn();
  service.disk.free = 100_000;
  const head = other.device.journal.at(-1)!;
  const request = { sequence: 1, journalHead: head.hash, journalSeq: head.seq };
  await expect(other.challenge(request)).rejects.toMatchObject(full);
  await expect(client.anchor('ab'.repeat(32))).rejects.toMatchObject(full);
  expect(await client.json('/cases')).toMatchObject({ cases: [] });
  service.disk.free = 200_000;
  await other.challenge(request);
});

test('a seal without room waits, says so, and goes on by itself', async () => {
  const { intake } = service;
  const id = await client.upload(await captured());
  service.disk.free = 500_000;
  const worker = createJobWorker(intake, seal, () => {});
  worker.start();
  const waiting = { code: 'DISK_FULL', entry: null, message: 'the disk of the service is full' };
  expect((await client.waitFor(id, 'waiting', 'sealed')).waiting).toEqual(waiting);
  service.disk.free = Number.POSITIVE_INFINITY;
  expect(await client.waitFor(id, 'sealed', 'refused')).toMatchObject({ state: 'sealed', waiting: null });
  await worker.stop();
});

const written = ['accept', 'setReceipt', 'setState', 'fixPreviousSeal', 'setDone', 'setSealed', 'append'];

/** The context of a service whose disk is full at its n-th write, before or (`torn`) after it took place. */
function fullAt(n: number, torn: boolean): { context: IntakeContext; wasFull(): boolean } {
  let writes = 0;
  const attempt = async (work: () => Promise<unknown>) => {
    const refused = ++writes === n;
    if (refused && !torn) throw noRoom();
    const result = await work();
    if (refused) throw noRoom();
    return result;
  };
  const wrap = <Part extends object>(part: Part): Part =>
    new Proxy(part, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function' || !written.includes(String(name))) return value;
        return (...args: unknown[]) => attempt(() => value.apply(target, args) as Promise<unknown>);
      },
    });
  const { intake } = service;
  const store = Object.fromEntries(Object.entries(intake.store).map(([name, part]) => [name, wrap(part)]));
  return {
    context: { ...intake, store: store as unknown as IntakeContext['store'], log: wrap(intake.log) },
    wasFull: () => writes >= n,
  };
}

/** As SQLite and the file system report it, in turn. */
let reports = 0;
function noRoom(): Error {
  reports += 1;
  const code = reports % 2 === 0 ? 'ENOSPC' : 'SQLITE_FULL';
  const cause = Object.assign(new Error('no space'), { code });
  return reports % 3 === 0 ? new StoreError('DISK_FULL', 'cannot write', { cause }) : cause;
}

/** Every second write in the long run; each try is a whole seal. */
const STEP = process.env.TIEZHENG_LONG === '1' ? 2 : 6;

test('a disk that is full at any write of a seal leaves a package that is sealed when there is room', async () => {
  for (let n = 1, tries = 0; ; n += STEP, tries++) {
    const id = await client.upload(await captured());
    const { context, wasFull } = fullAt(n, tries % 2 === 0);
    const worker = createJobWorker(context, seal, () => {});
    worker.start();
    const { state, waiting } = await client.waitFor(id, 'waiting', 'sealed', 'refused');
    await worker.stop();
    if (!wasFull()) {
      expect(n).toBeGreaterThan(8);
      break;
    }
    // The write that tells the end may be the one that failed, after it took place.
    if (state === 'waiting') expect(waiting).toMatchObject({ code: 'DISK_FULL' });
    await processPackage(service.intake, seal, id);
    expect(await client.json(`/packages/${id}`)).toMatchObject({ state: 'sealed', refusal: null });
    await service.intake.store.jobs.finish(id);
  }
  expect(await readdir(service.intake.folders.work)).toEqual([]);
}, 300_000);

test('a failure that itself cannot be written is written when there is room', async () => {
  const { intake } = service;
  const id = await client.upload(await captured());
  let tries = 0;
  const packages = new Proxy(intake.store.packages, {
    get: (target, name) =>
      name === 'setWaiting' && ++tries <= 2
        ? () => Promise.reject(noRoom())
        : (Reflect.get(target, name) as unknown),
  });
  service.disk.free = 0;
  const worker = createJobWorker({ ...intake, store: { ...intake.store, packages } }, seal, () => {});
  worker.start();
  await expect.poll(() => tries).toBe(1);
  worker.wake();
  await expect.poll(() => tries).toBe(2);
  service.disk.free = Number.POSITIVE_INFINITY;
  worker.wake();
  expect(await client.waitFor(id, 'sealed', 'refused')).toMatchObject({ state: 'sealed' });
  await worker.stop();
});
