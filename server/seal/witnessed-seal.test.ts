import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseTrustFile } from '#shared/verify/trust-anchors';
import { verifyPackage } from '#shared/verify/verify-package';
import { createTestSealer, type TestSealer } from '../../test/fixtures/test-seal.ts';
import { resumableLog } from '../log/resumable-log.ts';
import { startTestWitness, type TestWitness } from '../log/testing/test-witness.ts';
import { openFileSource } from '../store/file-source.ts';
import { nodePorts } from '../store/node-ports.ts';
import { trustFileOf } from '../trust-file.ts';
import { seal } from './seal.ts';
import { sealSteps } from './seal-steps.ts';
import type { SealWork } from './seal-work.ts';

let dir = '';
let sealer: TestSealer;
let witness: TestWitness;
let work: SealWork;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'witnessed-seal-'));
  const first = await createTestSealer(dir);
  await first.close();
  witness = await startTestWitness(join(dir, 'witness'), [first.log.vkey]);
  const log = { witnesses: [witness], threshold: 1, patienceMs: 3000, witnessTimeoutMs: 5000 };
  sealer = await createTestSealer(dir, () => new Date(), log);
  const rows = new Map<string, bigint>();
  work = {
    ...(await sealer.prepare('one')),
    witnessKeys: [witness.vkey],
    log: resumableLog(sealer.log, {
      get: async (hash) => rows.get(hash),
      put: async (hash, index) => void rows.set(hash, index),
      delete: async (hash) => void rows.delete(hash),
    }),
  };
});
afterAll(async () => {
  await sealer.close();
  await witness.close();
  await rm(dir, { recursive: true });
});

test('a seal whose witness goes before its leaf waits, and resumes without a second leaf', async () => {
  const { port } = new URL(witness.url);
  const steps = sealSteps.map((step) =>
    step.name !== 'log'
      ? step
      : {
          ...step,
          run: async (running: SealWork) => {
            await witness.close();
            await step.run(running);
          },
        },
  );
  const size = () => work.log.checkpoint().split('\n')[1];
  const before = size();
  const waiting = { code: 'WITNESSES_UNAVAILABLE', entry: before };
  await expect(seal(work, { steps })).rejects.toMatchObject(waiting);
  await expect(seal(work)).rejects.toMatchObject(waiting);
  witness = await startTestWitness(join(dir, 'witness'), [work.log.vkey], undefined, Number(port));
  await expect.poll(size, { timeout: 10_000 }).toBe(String(Number(before) + 1));
  const { path } = await seal(work);
  expect(size()).toBe(String(Number(before) + 1));

  const policy = `${trustFileOf(sealer.trust, sealer.log, [witness.vkey])}policy witnesses 1\n`;
  const source = await openFileSource(path);
  const { verdict, facts } = await verifyPackage(source, nodePorts, { anchors: parseTrustFile(policy) });
  await source.close();
  expect(verdict).toBe('valid');
  expect(facts.log?.index).toBe(before);
  expect(facts.witnesses).toEqual(['notary.example/w1']);
});
