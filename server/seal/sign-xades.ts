import { packagePath } from '#shared/seal/layout';
import { buildXades } from '#shared/seal/xades';
import type { XadesFile } from '#shared/seal/xades-form';
import { TrustError } from '../trust/trust-error.ts';
import { memberPaths } from './member-paths.ts';
import { SealError } from './seal-error.ts';
import { readSealStart } from './seal-start.ts';
import type { SealStep, SealWork } from './seal-work.ts';
import { stamp } from './stamp.ts';
import { memberDigest, memberOutput, writeMember } from './work-folder.ts';

/** The XAdES-LT signature ASiC-E readers look for: over every file outside META-INF, with an OCSP answer. */
export const signXades: SealStep = {
  name: 'xades-signature',
  outputs: () => [memberOutput(packagePath.xades)],
  run: (work) =>
    writeMember(work, packagePath.xades, async () => {
      const { signer, ocsp } = work.trust;
      const files = await signedFiles(work);
      const { sealedAt } = await readSealStart(work);
      try {
        return await buildXades({
          files,
          signer,
          chain: signer.chain,
          signingTime: sealedAt,
          stamp: (digest) => stamp(work, digest, packagePath.xades),
          ocsp: (genTime) => ocsp(signer.certificate, genTime),
        });
      } catch (cause) {
        if (cause instanceof SealError || cause instanceof TrustError) throw cause;
        throw new SealError('SIGNATURE_FAILED', 'the files could not be signed', {
          entry: packagePath.xades,
          cause,
        });
      }
    }),
};

async function signedFiles(work: SealWork): Promise<XadesFile[]> {
  const bundle = packagePath.bundle(work.captureId);
  const files: XadesFile[] = [];
  for (const name of await memberPaths(work)) {
    if (name === packagePath.mimetype || name.startsWith('META-INF/')) continue;
    const sha256 = name === bundle ? work.bundle.sha256 : await memberDigest(work, name);
    files.push({ name, sha256 });
  }
  return files;
}
