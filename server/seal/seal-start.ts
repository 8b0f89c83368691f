import * as v from 'valibot';
import { BundleError } from '#shared/bundle/bundle-error';
import { canonicalFile, parseCanonicalFile } from '#shared/bundle/canonical-file';
import { sha256Schema } from '#shared/bundle/capture-record';
import type { Numbering } from '#shared/seal/certificate/input';
import { bootId } from '../store/boot-id.ts';
import { trustDigest } from './configured-trust.ts';
import { SealError } from './seal-error.ts';
import type { SealStep, SealWork } from './seal-work.ts';
import { readOutput, writeOutput } from './work-folder.ts';

export const SEAL_START = 'seal.json';

const range = { from: v.number(), to: v.number() };

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
  /** Absent in work begun by an older version. */
  numbering: v.optional(
    v.strictObject({
      completeTo: v.number(),
      awaited: v.array(v.strictObject(range)),
      gaps: v.array(v.strictObject({ ...range, declaredAt: v.string() })),
      closed: v.array(v.strictObject({ sequence: v.number(), outcome: v.string() })),
    }),
  ),
  carriedUnused: v.optional(v.number()),
  trust: sha256Schema,
  /** When the machine has another now, what was not synced may be lost. Absent in work begun by an older version. */
  boot: v.optional(v.string()),
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
      ...(work.numbering === undefined ? {} : { numbering: copyOf(work.numbering) }),
      ...(work.carriedUnused === undefined ? {} : { carriedUnused: work.carriedUnused }),
      trust: trustDigest(work),
      boot: bootId,
    };
    await writeOutput(work, SEAL_START, canonicalFile(start));
  },
};

function copyOf({ completeTo, awaited, gaps, closed }: Numbering): SealStart['numbering'] {
  const copy = <T extends object>(list: readonly T[]) => list.map((one) => ({ ...one }));
  return { completeTo, awaited: copy(awaited), gaps: copy(gaps), closed: copy(closed) };
}

/** @throws SealError `OUTPUT_MISSING`, `WORK_MALFORMED`. */
export async function readSealStart(work: Pick<SealWork, 'dir' | 'blobKey'>): Promise<SealStart> {
  const bytes = await readOutput(work, SEAL_START);
  try {
    return parseCanonicalFile(sealStartSchema, bytes, SEAL_START);
  } catch (cause) {
    if (!(cause instanceof BundleError)) throw cause;
    throw new SealError('WORK_MALFORMED', `${SEAL_START} is damaged`, { entry: SEAL_START, cause });
  }
}
