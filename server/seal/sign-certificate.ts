import { packagePath } from '#shared/seal/layout';
import { signPdf } from '#shared/seal/pades';
import { TrustError } from '../trust/trust-error.ts';
import { UNSIGNED_CERTIFICATE } from './draw-certificate.ts';
import { SealError } from './seal-error.ts';
import { readSealStart } from './seal-start.ts';
import type { SealStep } from './seal-work.ts';
import { stamp } from './stamp.ts';
import { memberOutput, readOutput, writeMember } from './work-folder.ts';

/** PAdES signature of the certificate, so that it can be judged away from its package. */
export const signCertificate: SealStep = {
  name: 'certificate-signature',
  outputs: () => [memberOutput(packagePath.certificate)],
  run: (work) =>
    writeMember(work, packagePath.certificate, async () => {
      const { signer } = work.trust;
      const pdf = await readOutput(work, UNSIGNED_CERTIFICATE);
      const { sealedAt } = await readSealStart(work);
      try {
        return await signPdf(pdf, {
          signer,
          chain: signer.chain,
          signingTime: sealedAt,
          stamp: (digest) => stamp(work, digest, packagePath.certificate),
          reason: work.id,
        });
      } catch (cause) {
        if (cause instanceof SealError || cause instanceof TrustError) throw cause;
        throw new SealError('SIGNATURE_FAILED', 'the certificate could not be signed', {
          entry: packagePath.certificate,
          cause,
        });
      }
    }),
};
