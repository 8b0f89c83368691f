import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { toUtf8 } from '#shared/lib/utf8';
import { checkWholeLog } from '#shared/log/check-whole-log';
import { verifyTlogProof } from '#shared/log/verify-tlog-proof';
import { nodePorts } from '../store/node-ports.ts';
import { folderSource } from './folder-source.ts';
import { logOriginOf } from './log-origin.ts';
import { logSigner } from './log-signer.ts';
import { openLog } from './open-log.ts';
import { nextLogKey, rotateLogKey } from './rotate-log-key.ts';
import { startTestWitness } from './testing/test-witness.ts';

let dir = '';
const origin = 'log.example/rotated';
const options = { origin, now: () => new Date() };
const rotation = () => ({ origin, nextKeyFile: join(dir, 'next.key') });
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rotate-log-'));
});
afterEach(() => rm(dir, { recursive: true }));

test('the tree goes on under the new key; proofs of before hold with the old one', async () => {
  const folder = join(dir, 'log');
  const log = await openLog(folder, options);
  const leaf = toUtf8('before');
  const { proof } = await log.append(leaf);
  await expect(rotateLogKey(folder, rotation())).rejects.toMatchObject({ code: 'LOG_LOCKED' });
  await log.close();

  const announced = await nextLogKey(join(dir, 'next.key'));
  const { earlier, current } = await rotateLogKey(folder, rotation());
  expect(earlier).toBe(log.vkey);
  expect(await readFile(join(folder, 'log.key'), 'utf8')).toContain('PRIVATE KEY');
  await expect(readFile(join(dir, 'next.key'))).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(openLog(folder, options)).rejects.toMatchObject({ code: 'KEY_MISMATCH' });

  const again = await openLog(folder, { ...options, earlierKeys: [earlier] });
  expect(again.vkey).toBe(current);
  expect(await nextLogKey(join(dir, 'other.key'))).not.toEqual(announced);
  const appended = await again.append(toUtf8('after'));
  expect(appended.index).toBe(1n);
  await again.close();
  await verifyTlogProof(nodePorts, proof, leaf, { logKeys: [earlier] });
  await verifyTlogProof(nodePorts, appended.proof, toUtf8('after'), { logKeys: [current] });
  const checked = await checkWholeLog(nodePorts, folderSource(join(folder, 'public')), {
    trust: { logKeys: [current] },
  });
  expect(checked.size).toBe(2n);
  // The checkpoint was signed anew: the old key is needed no more.
  await (await openLog(folder, options)).close();
  expect(await logOriginOf(folder)).toBe(origin);
  expect(await logOriginOf(join(dir, 'none'))).toBeUndefined();
});

test('cosignatures on the checkpoint stay; witnesses that know the new key go on', async () => {
  const folder = join(dir, 'log');
  const first = await openLog(folder, options);
  await first.close();
  const next = await rotatedVkey();
  const witness = await startTestWitness(join(dir, 'witness'), [first.vkey, next]);
  try {
    const witnesses = [{ url: witness.url, vkey: witness.vkey }];
    const log = await openLog(folder, { ...options, witnesses, threshold: 1 });
    await log.append(toUtf8('cosigned'));
    await log.close();
    const { earlier, current } = await rotateLogKey(folder, rotation());
    expect(current).toBe(next);
    const again = await openLog(folder, { ...options, witnesses, threshold: 1, earlierKeys: [earlier] });
    const trust = { logKeys: [current], witnessKeys: [witness.vkey], threshold: 1 };
    await verifyTlogProof(nodePorts, await again.prove(0n), toUtf8('cosigned'), trust);
    const { proof } = await again.append(toUtf8('after'));
    await verifyTlogProof(nodePorts, proof, toUtf8('after'), trust);
    await again.close();
  } finally {
    await witness.close();
  }
});

async function rotatedVkey(): Promise<string> {
  return logSigner(origin, await nextLogKey(join(dir, 'next.key'))).vkey;
}

test('a log without a key is not given one', async () => {
  await expect(rotateLogKey(dir, rotation())).rejects.toMatchObject({ code: 'KEY_MISSING' });
});
