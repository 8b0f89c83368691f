import { mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromUtf8, toUtf8 } from '#shared/lib/utf8';
import { parseCertificate } from '#shared/pki/certificate';
import { packagePath } from '#shared/seal/layout';
import { verifyPackage } from '#shared/verify/verify-package';
import { createTestSealer, type TestSealer } from '../../test/fixtures/test-seal.ts';
import { blobKey } from '../store/blob-key.ts';
import { openBlobRef } from '../store/blob-ref.ts';
import { nodePorts } from '../store/node-ports.ts';
import { packageOutput } from './pack.ts';
import { seal } from './seal.ts';
import { SEAL_START } from './seal-start.ts';
import { sealSteps } from './seal-steps.ts';
import type { SealWork } from './seal-work.ts';
import { memberOutput, outputPath, outputRef, outputsOf, readMember, readOutput } from './work-folder.ts';

let folder = '';
let sealer: TestSealer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kept-work-'));
  sealer = await createTestSealer(folder);
});
afterAll(async () => {
  await sealer.close();
  await rm(folder, { recursive: true });
});

class Stopped extends Error {}

/** Seals until a step is done. */
async function sealUntil(work: SealWork, last: string): Promise<void> {
  const onStep = (name: string) => {
    if (name === last) throw new Stopped();
  };
  await expect(seal(work, { onStep })).rejects.toThrow(Stopped);
}

/** What a machine leaves that lost power under another boot: names without their content. */
async function losePower(work: SealWork, lost: readonly string[]): Promise<void> {
  const text = fromUtf8(await readOutput(work, SEAL_START));
  await outputsOf(work).put(SEAL_START, toUtf8(text.replace(/"boot":"[^"]+"/, '"boot":"before"')));
  for (const output of lost) await truncate(outputPath(work, output));
}

async function sealsValid(work: SealWork): Promise<void> {
  await seal(work);
  const anchors = {
    certificates: [sealer.trust.ca, ...sealer.trust.authorities.flatMap(({ roots }) => roots)].map(
      parseCertificate,
    ),
    logKeys: [sealer.log.vkey],
    witnessKeys: [],
    policy: { witnesses: 0, timeStamps: 0 },
  };
  const source = await openBlobRef(outputRef(work, packageOutput(work)));
  const { verdict } = await verifyPackage(source, nodePorts, { anchors });
  await source.close();
  expect(verdict).toBe('valid');
}

describe.each([
  { how: 'in the clear', key: undefined },
  { how: 'encrypted', key: blobKey(new Uint8Array(32).fill(1)) },
])('$how', ({ how, key }) => {
  const prepare = async (name: string): Promise<SealWork> => ({
    ...(await sealer.prepare(`${name} ${how}`)),
    blobKey: key,
  });

  test('power lost before the work was on disk: all of it is made again', async () => {
    const work = await prepare('early');
    await sealUntil(work, 'signature');
    const before = await readMember(work, packagePath.cms);
    await losePower(work, [packagePath.receipt, packagePath.cms].map(memberOutput));
    await sealsValid(work);
    expect(await readMember(work, packagePath.cms)).not.toEqual(before);
  });

  test('the start itself lost, its content or its name: nothing that was made after it is used', async () => {
    const work = await prepare('start');
    await sealUntil(work, 'bag');
    await losePower(work, [SEAL_START, memberOutput(packagePath.readme)]);
    await sealsValid(work);
    const other = await prepare('start-name');
    await sealUntil(other, 'bag');
    await losePower(other, [memberOutput(packagePath.readme)]);
    await outputsOf(other).delete(SEAL_START);
    await sealsValid(other);
  });

  test.each(['on-disk', 'log', 'package'])(
    'power lost after step %s: the signatures stay, the rest is made again',
    async (last) => {
      const work = await prepare(last);
      await sealUntil(work, last);
      const before = await readMember(work, packagePath.cms);
      await losePower(
        work,
        {
          'on-disk': [],
          log: [memberOutput(packagePath.logProof)],
          package: [memberOutput(packagePath.logProof), packageOutput(work)],
        }[last] ?? [],
      );
      await sealsValid(work);
      expect(await readMember(work, packagePath.cms)).toEqual(before);
    },
  );

  test('a killed process loses nothing: the same boot resumes where it stopped', async () => {
    const work = await prepare('killed');
    await sealUntil(work, 'signature');
    const before = await readMember(work, packagePath.cms);
    await sealsValid(work);
    expect(await readMember(work, packagePath.cms)).toEqual(before);
  });
});

test('all steps are named once, and what is on disk comes before the log', () => {
  const names = sealSteps.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.indexOf('on-disk')).toBe(names.indexOf('log') - 1);
});
