import { afterEach, beforeEach, expect, test } from 'vitest';
import { verifyTlogProof } from '#shared/log/verify-tlog-proof';
import { nodePorts } from '../store/node-ports.ts';
import type { TransparencyLog } from './open-log.ts';
import { type PendingLeaves, resumableLog } from './resumable-log.ts';
import { openTestLog, temporaryFolder, testLeaf } from './testing/test-log.ts';
import { startTestWitness, type TestWitness } from './testing/test-witness.ts';

let dir: string;
let remove: () => Promise<void>;
let log: TransparencyLog;
let witness: TestWitness;
let rows: Map<string, bigint>;
let pending: PendingLeaves;

beforeEach(async () => {
  ({ dir, remove } = await temporaryFolder());
  const first = await openTestLog(dir);
  await first.close();
  witness = await startTestWitness(`${dir}/witness`, [first.vkey]);
  log = await openTestLog(dir, {
    witnesses: [witness],
    threshold: 1,
    patienceMs: 2000,
    witnessTimeoutMs: 5000,
  });
  rows = new Map();
  pending = {
    get: async (hash) => rows.get(hash),
    put: async (hash, index) => void rows.set(hash, index),
    delete: async (hash) => void rows.delete(hash),
  };
});
afterEach(async () => {
  await log.close();
  await witness.close();
  await remove();
});

const sizeOf = () => log.checkpoint().split('\n')[1];

test('a leaf that waits for cosignatures is proved when they are there, never appended again', async () => {
  const resumable = resumableLog(log, pending);
  await resumable.append(testLeaf(0));
  const { port } = new URL(witness.url);
  await witness.close();
  const waiting = () => resumable.append(testLeaf(1));
  await expect(waiting()).rejects.toMatchObject({ code: 'WITNESSES_UNAVAILABLE', entry: '1' });
  await expect(waiting()).rejects.toMatchObject({ code: 'WITNESSES_UNAVAILABLE', entry: '1' });
  expect([...rows.values()]).toEqual([1n]);
  witness = await startTestWitness(`${dir}/witness`, [log.vkey], undefined, Number(port));
  await expect.poll(sizeOf, { timeout: 10_000 }).toBe('2');
  const { index, proof } = await waiting();
  expect(index).toBe(1n);
  const trust = { logKeys: [log.vkey], witnessKeys: [witness.vkey], threshold: 1 };
  expect(await verifyTlogProof(nodePorts, proof, testLeaf(1), trust)).toMatchObject({ index: 1n, size: 2n });
  expect(rows.size).toBe(0);
  expect(sizeOf()).toBe('2');
});

test('a memory that names the place of another leaf is not believed', async () => {
  const resumable = resumableLog(log, { ...pending, get: async () => 0n });
  await log.append(testLeaf(0));
  const { index, proof } = await resumable.append(testLeaf(1));
  expect(index).toBe(1n);
  await verifyTlogProof(nodePorts, proof, testLeaf(1), { logKeys: [log.vkey] });
});
