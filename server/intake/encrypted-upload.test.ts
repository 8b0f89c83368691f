import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDeviceClient, type DeviceClient } from '../../test/fixtures/device-client.ts';
import { openTestApp, type TestApp } from '../http/testing/open-test-app.ts';
import { readBlob } from '../store/blobs.ts';
import { evidenceName } from '../store/evidence-names.ts';
import { expireUploads } from './expire-uploads.ts';
import { createUploadFinisher } from './finish-upload.ts';
import type { IntakeContext } from './intake-context.ts';
import { processPackage } from './process-package.ts';

let service: TestApp;
let client: DeviceClient;
let intake: IntakeContext;

beforeAll(async () => {
  service = await openTestApp({ encrypted: true });
  ({ intake } = service);
  client = createDeviceClient(await service.listen());
  await client.pair(await service.pairingCode());
  await client.signIn();
});
afterAll(() => service.close());

let made = 0;
/** An upload whose last byte has arrived, and that nobody has finished. */
async function arrived(of: DeviceClient = client, content = ++made) {
  const bytes = new Uint8Array(200_000).fill(content);
  const captureId = `CAP-${of.device.id}-${++made}`;
  const path = await of.createUpload({ bytes, captureId });
  const id = path.split('/').at(-1) ?? '';
  await writeFile(join(intake.folders.incoming, id), bytes);
  return { id, path, bytes, package: of.packageIdOf(bytes) };
}
const kept = async () => (await readdir(intake.folders.incoming)).sort();
const bundleOf = async (packageId: string, upload: string) =>
  readBlob((await intake.evidence.of(packageId)).blobs, evidenceName.bundle(upload));

class Killed extends Error {}
/** The intake of a process that is killed before or after it stores the row of a package. */
function killed(when: 'before' | 'after'): IntakeContext {
  const { packages } = intake.store;
  const receive: typeof packages.receive = async (...args) => {
    if (when === 'after') await packages.receive(...args);
    throw new Killed();
  };
  return { ...intake, store: { ...intake.store, packages: { ...packages, receive } } };
}
const finisher = (context = intake) => createUploadFinisher(context, () => undefined);

test('an upload is encrypted before it is acknowledged, and nothing stays in the clear', async () => {
  const upload = await arrived();
  expect(await finisher().finish(upload.id)).toBe(upload.package);
  expect(await kept()).toEqual([`${upload.id}.enc`]);
  expect(Buffer.compare(await bundleOf(upload.package, upload.id), upload.bytes)).toBe(0);
});

test('killed before the row: the upload is finished by the next start, under another key', async () => {
  const before = await kept();
  const upload = await arrived();
  await expect(finisher(killed('before')).finish(upload.id)).rejects.toThrow(Killed);
  expect(await kept()).toEqual(expect.arrayContaining([upload.id, `${upload.id}.enc`]));
  expect(await intake.store.packages.get(upload.package)).toBeUndefined();
  await finisher().recover();
  expect(await kept()).toEqual([...before, `${upload.id}.enc`].sort());
  expect(Buffer.compare(await bundleOf(upload.package, upload.id), upload.bytes)).toBe(0);
});

test('killed after the row: what is in the clear goes when the package is taken up, acknowledged or not', async () => {
  const upload = await arrived();
  await expect(finisher(killed('after')).finish(upload.id)).rejects.toThrow(Killed);
  expect(await kept()).toContain(upload.id);
  expect(await finisher().finish(upload.id)).toBe(upload.package);
  // The package goes no further: it is no bundle, and its refusal finds the log away.
  const log = { ...intake.log, append: () => Promise.reject(new Killed()) };
  const seal = () => Promise.reject(new Killed());
  await expect(processPackage({ ...intake, log }, seal, upload.package)).rejects.toThrow();
  expect((await kept()).filter((name) => name.startsWith(upload.id))).toEqual([`${upload.id}.enc`]);
  expect(Buffer.compare(await bundleOf(upload.package, upload.id), upload.bytes)).toBe(0);
});

test('the same bytes twice at once are kept once, under the key of the row', async () => {
  const other = createDeviceClient(client.url);
  await other.pair(await service.pairingCode());
  await other.signIn();
  const content = ++made;
  const [one, two] = [await arrived(client, content), await arrived(other, content)];
  const uploads = finisher();
  await Promise.all([uploads.finish(one.id), uploads.finish(two.id)]);
  const row = await intake.store.packages.get(one.package);
  expect((await kept()).filter((name) => name.startsWith(one.id) || name.startsWith(two.id))).toEqual([
    `${row?.upload}.enc`,
  ]);
  expect(Buffer.compare(await bundleOf(one.package, row?.upload ?? ''), one.bytes)).toBe(0);
  // And once more, later.
  const third = await arrived(client, content);
  expect(await uploads.finish(third.id)).toBe(one.package);
  expect((await kept()).filter((name) => name.startsWith(third.id))).toEqual([]);
});

test('without room for it the upload stays, and is finished when there is some', async () => {
  const upload = await arrived();
  service.disk.free = 500_000 + upload.bytes.length - 1;
  await expect(finisher().finish(upload.id)).rejects.toMatchObject({ code: 'DISK_FULL' });
  expect(await kept()).toContain(upload.id);
  expect(await kept()).not.toContain(`${upload.id}.enc`);
  // Neither a start nor an expiry is held up by it.
  await finisher().recover();
  expect(await expireUploads(intake, finisher(), Date.now() + 3_600_000)).toBe(0);
  expect(await kept()).toContain(upload.id);
  service.disk.free = Number.POSITIVE_INFINITY;
  expect(await finisher().finish(upload.id)).toBe(upload.package);
  expect((await kept()).filter((name) => name.startsWith(upload.id))).toEqual([`${upload.id}.enc`]);
});

test('bytes in the clear that came back after a loss of power are removed, whatever became of the package', async () => {
  const [one, two] = [await arrived(), await arrived()];
  for (const upload of [one, two]) {
    await finisher().finish(upload.id);
    await writeFile(join(intake.folders.incoming, upload.id), upload.bytes);
    await writeFile(join(intake.folders.incoming, `${upload.id}.json`), '{}');
  }
  await intake.store.packages.setState(two.package, 'sealed');
  const later = Date.now() + 3_600_000;
  expect(await expireUploads(intake, finisher(), Date.now() - 3_600_000)).toBe(0);
  expect(await expireUploads(intake, finisher(), later)).toBe(3);
  const left = (await kept()).filter((name) => name.startsWith(one.id) || name.startsWith(two.id));
  expect(left).toEqual([`${one.id}.enc`]);
  expect(Buffer.compare(await bundleOf(one.package, one.id), one.bytes)).toBe(0);
});

test('bytes without the declared digest are dropped; a leftover of an expired upload too', async () => {
  const wrong = await arrived();
  await writeFile(join(intake.folders.incoming, wrong.id), wrong.bytes.fill(255));
  await expect(finisher().finish(wrong.id)).rejects.toMatchObject({ code: 'UPLOAD_DIGEST_MISMATCH' });
  const short = await arrived();
  await writeFile(join(intake.folders.incoming, short.id), 'short');
  await expect(finisher().finish(short.id)).rejects.toMatchObject({ code: 'UPLOAD_INCOMPLETE' });
  await writeFile(join(intake.folders.incoming, `${short.id}.enc`), 'of a process that was killed');
  await writeFile(join(intake.folders.incoming, `${'f'.repeat(32)}.enc`), 'of nobody');
  const needed = await kept();
  const later = Date.now() + 3_600_000;
  expect(await expireUploads(intake, finisher(), later)).toBe(2);
  const gone = [wrong.id, short.id, 'f'.repeat(32)];
  expect(await kept()).toEqual(needed.filter((name) => !gone.some((id) => name.startsWith(id))));
  expect((await kept()).length).toBeGreaterThan(3);
});
