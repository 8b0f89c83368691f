import { toUtf8 } from '#shared/lib/utf8';
import { toPem } from '#shared/pki/pem';
import { packagePath } from '#shared/seal/layout';
import type { SealStep, SealWork } from './seal-work.ts';
import { timeStampCertificates } from './time-stamp-certificates.ts';
import { memberOutput, writeMember } from './work-folder.ts';

/**
 * The `trust/` folder, one certificate a file, because xmlsec1 reads only the first of a PEM: the signer's root, the
 * OCSP responder, signers and roots of the authorities that made its time-stamps, the keys of log and witnesses.
 */
export const writeTrustFiles: SealStep = {
  name: 'trust-files',
  outputs: (work) =>
    [
      packagePath.caCertificate,
      ...(work.trust.ocspCertificate === undefined ? [] : [packagePath.ocspCertificate]),
      packagePath.tsaCa(1),
      ...range(work.trust.requiredTimeStamps).map(packagePath.tsa),
      ...(work.trust.sm2 === undefined ? [] : [packagePath.sm2Key]),
      packagePath.logKey,
      ...witnessKeys(work).map((_, index) => packagePath.witnessKey(index + 1)),
    ].map(memberOutput),
  async run(work) {
    const { trust, log } = work;
    const { signers, roots } = await timeStampCertificates(work);
    await writeMember(work, packagePath.caCertificate, () => pem(trust.ca));
    const { ocspCertificate } = trust;
    if (ocspCertificate !== undefined)
      await writeMember(work, packagePath.ocspCertificate, () => pem(ocspCertificate));
    for (const [index, root] of roots.entries())
      await writeMember(work, packagePath.tsaCa(index + 1), () => pem(root));
    for (const [index, signer] of signers.entries())
      await writeMember(work, packagePath.tsa(index + 1), () => pem(signer));
    if (trust.sm2 !== undefined) {
      const key = toPem('PUBLIC KEY', trust.sm2.publicKey);
      await writeMember(work, packagePath.sm2Key, () => toUtf8(key));
    }
    await writeMember(work, packagePath.logKey, () => toUtf8(`${log.vkey}\n`));
    for (const [index, key] of witnessKeys(work).entries())
      await writeMember(work, packagePath.witnessKey(index + 1), () => toUtf8(`${key}\n`));
  },
};

function witnessKeys({ witnessKeys: keys = [] }: SealWork): readonly string[] {
  return keys;
}

function pem(der: Uint8Array): Uint8Array {
  return toUtf8(toPem('CERTIFICATE', der));
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
