import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { CodedError } from '#shared/lib/errors';
import { certificateFacts } from '#shared/seal/certificate/certificate-facts';
import { buildTestBundle } from '../../test/fixtures/build-test-bundle.ts';
import { certificateInput } from '../../test/fixtures/certificate-input.ts';
import { blobKey } from '../store/blob-key.ts';
import { encryptedBlobs } from '../store/encrypted-blobs.ts';
import { EncryptionError } from '../store/encryption-error.ts';
import { folderBlobs } from '../store/folder-blobs.ts';
import { StoreError } from '../store/store-error.ts';
import { evidenceHere } from './evidence-here.ts';
import type { EvidenceTasks } from './evidence-tasks.ts';
import { createEvidenceThread } from './evidence-thread.ts';

const folder = await mkdtemp(join(tmpdir(), 'evidence-thread-'));
const thread = createEvidenceThread();
const { bytes, record } = await buildTestBundle();
const path = join(folder, 'bundle.wacz');
const file = { folder, name: 'bundle.wacz' };
await writeFile(path, bytes);
afterAll(() => rm(folder, { recursive: true }));

/** The answer of a task as it arrives from a thread: buffers are plain arrays there. */
const here = async (ask: (tasks: EvidenceTasks) => Promise<unknown>) =>
  structuredClone(await ask(evidenceHere));

test.each<[string, (tasks: EvidenceTasks) => Promise<unknown>]>([
  ['verifies a bundle', (tasks) => tasks.verifyBundle(file)],
  ['reads what a certificate shows', (tasks) => tasks.readExhibits(file, record)],
  ['draws a certificate', (tasks) => tasks.certificatePdf(certificateFacts(certificateInput()), undefined)],
  [
    'judges a file that is no package',
    (tasks) => tasks.verifyPackage(file, { certificates: [], logKeys: [], witnessKeys: [] }),
  ],
])('a thread %s with the same result', async (_name, ask) => {
  expect(await ask(thread)).toEqual(await here(ask));
});

test('a fault of the bundle and a fault of the disk stay apart, with their codes', async () => {
  const damaged = { folder, name: 'damaged.wacz' };
  const changed = await readFile(path);
  changed[changed.length >> 1] = (changed[changed.length >> 1] ?? 0) ^ 1;
  await writeFile(join(folder, damaged.name), changed);
  const expected = await evidenceHere.verifyBundle(damaged).catch((error: CodedError) => error);
  const found = await thread.verifyBundle(damaged).catch((error: unknown) => error);
  expect(found).toBeInstanceOf(CodedError);
  expect(found).not.toBeInstanceOf(StoreError);
  expect(found).toMatchObject({ ...(expected as CodedError), message: (expected as CodedError).message });
  await expect(thread.verifyBundle({ folder, name: 'nothing' })).rejects.toBeInstanceOf(StoreError);
  await expect(thread.verifyBundle({ folder, name: 'nothing' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('what is encrypted is read with its key, and a fault of that is none of the bundle', async () => {
  const key = blobKey(new Uint8Array(32).fill(7));
  await encryptedBlobs(folderBlobs(folder), key).put('secret.wacz', bytes);
  const secret = { folder, name: 'secret.wacz', key };
  expect(await thread.verifyBundle(secret)).toEqual(structuredClone(await evidenceHere.verifyBundle(file)));
  const other = { ...secret, key: blobKey(new Uint8Array(32)) };
  await expect(thread.verifyBundle(other)).rejects.toBeInstanceOf(EncryptionError);
  await expect(thread.verifyBundle(other)).rejects.toMatchObject({ code: 'BLOB_KEY_DIFFERS' });
});

test('a thread that ends fails what it was asked, and the next task has another', async () => {
  const mortalFile = join(folder, 'mortal.mjs');
  await writeFile(
    mortalFile,
    `import { existsSync, writeFileSync } from 'node:fs';
    import { parentPort } from 'node:worker_threads';
    const lived = ${JSON.stringify(join(folder, 'lived'))};
    parentPort.on('message', ({ id }) => {
      if (existsSync(lived)) return parentPort.postMessage({ id, result: 'answered' });
      writeFileSync(lived, '');
      process.exit(1);
    });`,
  );
  const mortal = createEvidenceThread(pathToFileURL(mortalFile));
  const asked = [mortal.verifyBundle(file), mortal.readExhibits(file, record)];
  for (const { status } of await Promise.allSettled(asked)) expect(status).toBe('rejected');
  expect(await mortal.verifyBundle(file)).toBe('answered');
});
