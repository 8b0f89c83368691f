import { buildCades } from '#shared/seal/cades';
import { packagePath } from '#shared/seal/layout';
import { TrustError } from '../trust/trust-error.ts';
import { SealError } from './seal-error.ts';
import { readSealStart } from './seal-start.ts';
import type { SealStep } from './seal-work.ts';
import { stamp } from './stamp.ts';
import { memberOutput, readMember, writeMember } from './work-folder.ts';

/** The CAdES-T signature over the sealed text, with certificates and CRL inside. */
export const signTagManifest: SealStep = {
  name: 'signature',
  outputs: () => [memberOutput(packagePath.cms)],
  run: (work) =>
    writeMember(work, packagePath.cms, async () => {
      const { signer, crl } = work.trust;
      const content = await readMember(work, packagePath.tagManifest);
      const { sealedAt } = await readSealStart(work);
      try {
        return await buildCades({
          content,
          signer,
          chain: signer.chain,
          crl: await crl(),
          signingTime: sealedAt,
          stamp: (digest) => stamp(work, digest, packagePath.cms),
        });
      } catch (cause) {
        if (cause instanceof SealError || cause instanceof TrustError) throw cause;
        throw new SealError('SIGNATURE_FAILED', 'the sealed text could not be signed', {
          entry: packagePath.cms,
          cause,
        });
      }
    }),
};
