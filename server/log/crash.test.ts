import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toHex } from '#shared/lib/hex';
import { parseCheckpoint } from '#shared/log/checkpoint';
import { leafHash } from '#shared/log/merkle-hash';
import { parseSignedNote } from '#shared/log/signed-note';
import { parseTlogProof } from '#shared/log/tlog-proof';
import type { TreeHead } from '#shared/log/verify-consistency';
import { DiskStorage } from './disk-storage.ts';
import { openLogOn } from './open-log.ts';
import { CrashingStorage, type CrashPoint } from './testing/crashing-storage.ts';
import { checkTestLog, openTestLog, temporaryFolder, testLeaf, testOrigin } from './testing/test-log.ts';
import { startTestWitness, type TestWitness } from './testing/test-witness.ts';

/** Just before a level-0 tile is full, so that the batches cross its end. */
const BEFORE = 250;
const BATCHES = [4, 4, 300];

let root: string;
let template: string;
let remove: () => Promise<void>;
let vkey: string;
beforeAll(async () => {
  ({ dir: root, remove } = await temporaryFolder());
  template = join(root, 'template');
  const log = await openTestLog(template);
  vkey = log.vkey;
  await Promise.all(Array.from({ length: BEFORE }, (_, n) => log.append(testLeaf(n))));
  await log.close();
});
afterAll(() => remove());

interface Crash {
  readonly crashed: boolean;
  /** Leaf hash by index, of what was acknowledged. */
  readonly acknowledged: Map<bigint, string>;
  /** Tree heads that were signed and seen by anyone. */
  readonly seen: TreeHead[];
}

/** Appends the batches and dies at write number `at`. */
async function crashAt(dir: string, at: number, point: CrashPoint, witness: TestWitness): Promise<Crash> {
  const storage = new CrashingStorage(await DiskStorage.open(dir), at, point);
  const acknowledged = new Map<bigint, string>();
  const seen: TreeHead[] = [];
  const options = {
    origin: testOrigin,
    now: () => new Date(),
    witnesses: [witness],
    threshold: 1,
    witnessTimeoutMs: 10_000,
  };
  const log = await openLogOn(storage, join(dir, 'log.key'), options).catch(async (error: unknown) => {
    if (!storage.crashed) throw error;
    await storage.close();
  });
  if (log === undefined) return { crashed: true, acknowledged, seen };
  for (const [number, size] of BATCHES.entries()) {
    const appends = Array.from({ length: size }, async (_, n) => {
      const leaf = testLeaf(`${number}.${n}`);
      const { index, proof } = await log.append(leaf);
      acknowledged.set(index, toHex(leafHash(leaf)));
      seen.push(parseCheckpoint(parseTlogProof(proof).checkpoint.text));
    });
    await Promise.allSettled(appends);
  }
  seen.push(parseCheckpoint(parseSignedNote(log.checkpoint()).text));
  await log.close();
  return { crashed: storage.crashed, acknowledged, seen };
}

async function copyOfTemplate(name: string): Promise<{ dir: string; witness: TestWitness }> {
  const dir = join(root, name);
  await cp(template, dir, { recursive: true, preserveTimestamps: true });
  return { dir, witness: await startTestWitness(join(root, `witness-${name}`), [vkey]) };
}

async function recoverAndCheck(
  dir: string,
  { acknowledged, seen }: Crash,
  witness: TestWitness,
): Promise<void> {
  const options = { witnesses: [witness], threshold: 1, witnessTimeoutMs: 10_000 };
  const log = await openTestLog(dir, options);
  const { index } = await log.append(testLeaf('after'));
  await log.close();
  const leaves = new Map<bigint, string>();
  await checkTestLog(dir, vkey, {
    trust: { logKeys: [vkey], witnessKeys: [witness.vkey], threshold: 1 },
    earlier: [...seen, ...witness.asked],
    onEntry: (n, entry) => leaves.set(n, toHex(leafHash(entry))),
  });
  expect(leaves.get(index)).toBe(toHex(leafHash(testLeaf('after'))));
  for (const [n, hash] of acknowledged) expect(leaves.get(n), `acknowledged leaf ${n}`).toBe(hash);
}

test.each(['before', 'half', 'after'] as const)(
  'a crash %s any write loses no acknowledged leaf and forks nothing',
  async (point) => {
    let crashes = 0;
    for (let at = 1; ; at++) {
      const { dir, witness } = await copyOfTemplate(`${point}-${at}`);
      const crash = await crashAt(dir, at, point, witness);
      await recoverAndCheck(dir, crash, witness);
      await witness.close();
      if (!crash.crashed) break;
      crashes += 1;
    }
    // stage, put, publish, unstage, discard of each batch.
    expect(crashes).toBeGreaterThanOrEqual(5 * BATCHES.length);
  },
);

test.each(['half', 'after'] as const)('a crash after a crash %s the staging', async (point) => {
  for (let at = 1; at <= 8; at++) {
    const { dir, witness } = await copyOfTemplate(`twice-${point}-${at}`);
    const first = await crashAt(dir, 1, point, witness);
    const second = await crashAt(dir, at, 'before', witness);
    expect([first.crashed, second.crashed]).toEqual([true, true]);
    const acknowledged = new Map([...first.acknowledged, ...second.acknowledged]);
    await recoverAndCheck(dir, { ...second, acknowledged, seen: [...first.seen, ...second.seen] }, witness);
    await witness.close();
  }
});
