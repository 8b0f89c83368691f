import type { Sha256 } from '#shared/lib/sha256';
import { packagePath } from '#shared/seal/layout';
import { sealLeafHash } from '#shared/seal/seal-leaf';
import { BlobMemory } from '../store/remembered-blobs.ts';
import type { TimeStampAuthority } from '../trust/trust.ts';
import { sealLeaf } from './append-seal-leaf.ts';
import { trustDigest } from './configured-trust.ts';
import { beginAnew, dropUnsynced } from './kept-work.ts';
import { packageOutput, readPackageFacts } from './pack.ts';
import { SealError } from './seal-error.ts';
import { readSealStart, SEAL_START } from './seal-start.ts';
import { sealStepsOf } from './seal-steps.ts';
import type { SealStep, SealWork } from './seal-work.ts';
import { hasOutput, memberOutput, outputPath } from './work-folder.ts';

/** A finished package on disk, verified. */
export interface SealedFile {
  /** The `.asice`, below `work.dir`, as it is stored. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: Sha256;
  /** UTC ms. */
  readonly sealedAt: number;
  /** What the next seal of the same case chain names as its predecessor. */
  readonly leafHash: Sha256;
}

export interface SealOptions {
  readonly steps?: readonly SealStep[];
  /** Awaited once for each step when it is done, also for one that an earlier call did. */
  readonly onStep?: (name: string) => void | Promise<void>;
}

/**
 * Seals one bundle, or resumes wherever an earlier call stopped, through the same code: each step whose outputs exist
 * is left alone, so that a seal never has two signatures, times or log proofs to choose from. Two calls for one
 * `work.dir` must not overlap.
 * @throws SealError; StoreError and errors of the parts used. Nothing done is undone.
 */
export async function seal(
  given: SealWork,
  { steps = sealStepsOf(given.trust), onStep = () => {} }: SealOptions = {},
): Promise<SealedFile> {
  const work = { ...given, memory: new BlobMemory() };
  await dropUnsynced(work);
  await beginAnewIfTrustChanged(work);
  await runWithOtherAuthorities(work, { steps, onStep });
  const { sealedAt } = await readSealStart(work);
  const { bytes, sha256 } = await readPackageFacts(work);
  const path = outputPath(work, packageOutput(work));
  return { path, bytes, sha256, sealedAt, leafHash: sealLeafHash(await sealLeaf(work)) };
}

/**
 * A time-stamp authority that fails after it has begun to stamp this seal does not lose it: the seal is begun anew and
 * asks that one last. Nothing of it is in the log before all time-stamps are there.
 */
async function runWithOtherAuthorities(work: SealWork, options: Required<SealOptions>): Promise<void> {
  let current = work;
  for (let left = work.trust.authorities.length; ; left--) {
    try {
      return await runSteps(current, options);
    } catch (error) {
      if (!(error instanceof SealError) || error.code !== 'AUTHORITY_LOST' || left <= 0) throw error;
      const isLost = ({ name }: TimeStampAuthority) => name === error.entry;
      const { authorities } = work.trust;
      const order = [...authorities.filter((one) => !isLost(one)), ...authorities.filter(isLost)];
      current = { ...work, trust: { ...work.trust, authorities: order } };
      await beginAnew(work);
    }
  }
}

async function runSteps(work: SealWork, { steps, onStep }: Required<SealOptions>): Promise<void> {
  for (const step of steps) {
    if (!(await isDone(work, step))) {
      await step.run(work);
      if (!(await isDone(work, step)))
        throw new SealError('OUTPUT_MISSING', `step ${step.name} left an output out`, { entry: step.name });
    }
    await onStep(step.name);
  }
}

/** Whether all outputs of a step exist. */
async function isDone(work: SealWork, step: SealStep): Promise<boolean> {
  for (const output of step.outputs(work)) if (!(await hasOutput(work, output))) return false;
  return true;
}

/**
 * Keys rotated between crash and resume: until the seal is in the log nothing of it was acknowledged, so it is begun
 * again, whole; once it is in the log no key is needed any more.
 */
async function beginAnewIfTrustChanged(work: SealWork): Promise<void> {
  if (!(await hasOutput(work, SEAL_START))) return;
  if (await hasOutput(work, memberOutput(packagePath.logProof))) return;
  const { trust } = await readSealStart(work);
  if (trust !== trustDigest(work)) await beginAnew(work);
}
