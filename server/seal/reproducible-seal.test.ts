import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RecordedSigning } from '../../test/fixtures/recorded-signing.ts';
import {
  createTestSealer,
  movedWork,
  type TestSealer,
  type TestSealWork,
} from '../../test/fixtures/test-seal.ts';
import { type SealedFile, seal } from './seal.ts';

let dir = '';
let sealer: TestSealer;
let work: TestSealWork;
let sealed: SealedFile;
const recorded = new RecordedSigning();
const at = Date.now();

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'reproducible-'));
  sealer = await createTestSealer(dir);
  work = { ...(await sealer.prepare('first', { title: '𠮷野家 首页' })), now: () => new Date(at) };
  sealed = await seal(recorded.recording(work));
});
afterAll(async () => {
  await sealer.close();
  await rm(dir, { recursive: true });
});

/** A second folder, the bundle under another name: nothing of the first run's files is there. */
async function elsewhere(name: string): Promise<TestSealWork> {
  const bundlePath = join(dir, `${name}.wacz`);
  await cp(work.bundlePath, bundlePath);
  return movedWork(work, join(dir, name), bundlePath);
}

test('the same input with the same signatures and tokens is the same package, byte for byte', async () => {
  const again = await seal(recorded.replaying(await elsewhere('again')));
  expect(again.sha256).toBe(sealed.sha256);
  expect(Buffer.compare(await readFile(sealed.path), await readFile(again.path))).toBe(0);
});

test('another input asks for other signatures', async () => {
  const other = { ...(await elsewhere('other')), systemName: '另一系统' };
  await expect(seal(recorded.replaying(other))).rejects.toThrow(/asked for something else|could not be/);
});
