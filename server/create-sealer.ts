import type { Sha256 } from '#shared/lib/sha256';
import { openCanonicalZip } from '#shared/lib/zip/open-canonical-zip';
import { readEntry } from '#shared/lib/zip/read-entry';
import { packagePath } from '#shared/seal/layout';
import type { TrustAnchors } from '#shared/verify/trust-anchors';
import type { Sealer } from './intake/seal-input.ts';
import type { TransparencyLog } from './log/open-log.ts';
import { seal } from './seal/seal.ts';
import type { SealStep } from './seal/seal-work.ts';
import { openFileSource } from './store/file-source.ts';
import type { Trust } from './trust/trust.ts';

export interface SealerOptions {
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
  const { trust, log, witnessKeys = [], earlierAnchors, steps, now, systemName, version } = options;
  return async (input) => {
    const done: string[] = [];
    const sealed = await seal(
      {
        id: input.packageId,
        captureId: input.bundle.record.id,
        dir: input.folder,
        bundlePath: input.bundlePath,
        bundle: input.bundle,
        receipt: input.receipt,
        previousSeal: input.previousSeal as Sha256 | '-',
        openChallenges: input.openChallenges,
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
    const { path, bytes, sha256, sealedAt, leafHash } = sealed;
    return { path, bytes, sha256, sealedAt, leaf: leafHash, certificate: await readCertificate(path) };
  };
}

/** The certificate as sealed, read from the finished file itself. */
async function readCertificate(path: string): Promise<Uint8Array> {
  const source = await openFileSource(path);
  try {
    const { entries } = await openCanonicalZip(source);
    const entry = entries.find(({ name }) => name === packagePath.certificate);
    if (entry === undefined) throw new TypeError(`the sealed package has no ${packagePath.certificate}`);
    return await readEntry(source, entry);
  } finally {
    await source.close();
  }
}
