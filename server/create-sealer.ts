import type { Sha256 } from '#shared/lib/sha256';
import { openCanonicalZip } from '#shared/lib/zip/open-canonical-zip';
import { readEntry } from '#shared/lib/zip/read-entry';
import { packagePath } from '#shared/seal/layout';
import type { TrustAnchors } from '#shared/verify/trust-anchors';
import type { EvidenceTasks } from './evidence/evidence-tasks.ts';
import type { Sealer } from './intake/seal-input.ts';
import type { TransparencyLog } from './log/open-log.ts';
import { packageOutput } from './seal/pack.ts';
import { seal } from './seal/seal.ts';
import type { SealStep } from './seal/seal-work.ts';
import { outputRef } from './seal/work-folder.ts';
import { openBlobRef } from './store/blob-ref.ts';
import type { FileSource } from './store/file-source.ts';
import type { Trust } from './trust/trust.ts';

export interface SealerOptions {
  readonly tasks: EvidenceTasks;
  readonly trust: Trust;
  readonly log: TransparencyLog;
  /** vkeys of the log's witnesses. */
  readonly witnessKeys?: readonly string[];
  /** Published before, in use no more. */
  readonly earlierAnchors?: TrustAnchors;
  readonly steps: readonly SealStep[];
  now(): Date;
  readonly systemName: string;
  readonly version: string;
}

/** Joins intake to the seal steps with this service's keys and log. */
export function createSealer(options: SealerOptions): Sealer {
  const { tasks, trust, log, witnessKeys = [], earlierAnchors, steps, now, systemName, version } = options;
  return async (input) => {
    const done: string[] = [];
    const sealed = await seal(
      {
        id: input.packageId,
        captureId: input.bundle.record.id,
        dir: input.folder,
        blobKey: input.blobKey,
        bundleFile: input.bundleFile,
        bundle: input.bundle,
        receipt: input.receipt,
        previousSeal: input.previousSeal as Sha256 | '-',
        openChallenges: input.openChallenges,
        secondLooks: input.secondLooks,
        carriedUnused: input.carriedUnused,
        numbering: input.numbering,
        tasks,
        trust,
        log,
        witnessKeys,
        ...(earlierAnchors === undefined ? {} : { earlierAnchors }),
        now,
        systemName,
        version,
      },
      {
        steps,
        onStep: (name) => {
          done.push(name);
          return input.onProgress(done);
        },
      },
    );
    const { bytes, sha256, sealedAt, leafHash } = sealed;
    const output = packageOutput({ id: input.packageId });
    const source = await openBlobRef(outputRef({ dir: input.folder, blobKey: input.blobKey }, output));
    return { output, bytes, sha256, sealedAt, leaf: leafHash, certificate: await readCertificate(source) };
  };
}

/** The certificate as sealed, read from the finished file itself, which is then closed. */
async function readCertificate(source: FileSource): Promise<Uint8Array> {
  try {
    const { entries } = await openCanonicalZip(source);
    const entry = entries.find(({ name }) => name === packagePath.certificate);
    if (entry === undefined) throw new TypeError(`the sealed package has no ${packagePath.certificate}`);
    return await readEntry(source, entry);
  } finally {
    await source.close();
  }
}
