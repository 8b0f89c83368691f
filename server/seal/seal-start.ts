import * as v from 'valibot';
import { BundleError } from '#shared/bundle/bundle-error';
import { canonicalFile, parseCanonicalFile } from '#shared/bundle/canonical-file';
import { sha256Schema } from '#shared/bundle/capture-record';
import { writeDurable } from '../store/durable-file.ts';
import { trustDigest } from './configured-trust.ts';
import { SealError } from './seal-error.ts';
import type { SealStep, SealWork } from './seal-work.ts';
import { outputPath, readOutput } from './work-folder.ts';

export const SEAL_START = 'seal.json';

/**
 * What a seal takes from outside its inputs, read once and kept: a seal resumed tomorrow, by a newer version or under
 * another name, writes the same bytes as one that was not interrupted.
 */
const sealStartSchema = v.strictObject({
  version: v.literal(1),
  /** UTC ms. */
  sealedAt: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  previousSeal: v.union([sha256Schema, v.literal('-')]),
  systemName: v.string(),
  softwareVersion: v.string(),
  organisation: v.string(),
  openChallenges: v.nullable(
    v.array(v.strictObject({ device: v.string(), sequence: v.number(), issuedAt: v.string() })),
  ),
  trust: sha256Schema,
});
export type SealStart = v.InferOutput<typeof sealStartSchema>;

/** First step: fixes time, names and predecessor. */
export const fixStart: SealStep = {
  name: 'start',
  outputs: () => [SEAL_START],
  async run(work) {
    const start: SealStart = {
      version: 1,
      sealedAt: work.now().getTime(),
      previousSeal: work.previousSeal,
      systemName: work.systemName,
      softwareVersion: work.version,
      organisation: work.trust.organisation,
      openChallenges: work.openChallenges?.map((challenge) => ({ ...challenge })) ?? null,
      trust: trustDigest(work),
    };
    await writeDurable(outputPath(work, SEAL_START), canonicalFile(start));
  },
};

/** @throws SealError `OUTPUT_MISSING`, `WORK_MALFORMED`. */
export async function readSealStart(work: Pick<SealWork, 'dir'>): Promise<SealStart> {
  const bytes = await readOutput(work, SEAL_START);
  try {
    return parseCanonicalFile(sealStartSchema, bytes, SEAL_START);
  } catch (cause) {
    if (!(cause instanceof BundleError)) throw cause;
    throw new SealError('WORK_MALFORMED', `${SEAL_START} is damaged`, { entry: SEAL_START, cause });
  }
}
