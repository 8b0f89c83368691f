import { CodedError } from '#shared/lib/errors';
import { sha256Hex } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { leafBytes } from '#shared/log/leaf';
import { packagePath } from '#shared/seal/layout';
import type { SealLeaf } from '#shared/seal/seal-leaf';
import { SealError } from './seal-error.ts';
import { readSealStart } from './seal-start.ts';
import type { SealStep, SealWork } from './seal-work.ts';
import { memberOutput, readMember, writeMember } from './work-folder.ts';

/**
 * The seal's leaf in the log. A process killed between appending and writing the proof appends the same leaf again:
 * both entries say the same, and only one proof is ever in a package.
 */
export const appendSealLeaf: SealStep = {
  name: 'log',
  outputs: () => [memberOutput(packagePath.logProof)],
  run: (work) =>
    writeMember(work, packagePath.logProof, async () => {
      const leaf = leafBytes(await sealLeaf(work));
      try {
        return toUtf8((await work.log.append(leaf)).proof);
      } catch (cause) {
        if (cause instanceof CodedError && cause.code === 'WITNESSES_UNAVAILABLE')
          throw new SealError('WITNESSES_UNAVAILABLE', cause.message, { entry: cause.entry, cause });
        throw new SealError('LOG_FAILED', 'the log did not take the seal', {
          entry: packagePath.logProof,
          cause,
        });
      }
    }),
};

/** The leaf a finished seal is in the log with; needs the manifests. */
export async function sealLeaf(work: SealWork): Promise<SealLeaf> {
  const { previousSeal } = await readSealStart(work);
  return {
    type: 'evidence-seal/v1',
    packageId: work.id,
    bundle: work.bundle.sha256,
    previous: previousSeal,
    tagManifest: sha256Hex(await readMember(work, packagePath.tagManifest)),
    sealManifest: sha256Hex(await readMember(work, packagePath.sealManifest)),
  };
}
