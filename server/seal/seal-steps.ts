import type { Trust } from '../trust/trust.ts';
import { appendSealLeaf } from './append-seal-leaf.ts';
import { copyReceipt } from './copy-receipt.ts';
import { copySecondLooks } from './copy-second-looks.ts';
import { drawCertificate } from './draw-certificate.ts';
import { keepWork } from './kept-work.ts';
import { pack } from './pack.ts';
import { writeAsicManifest, writeSealManifest, writeTagManifest } from './seal-manifests.ts';
import { fixStart } from './seal-start.ts';
import type { SealStep } from './seal-work.ts';
import { signCertificate } from './sign-certificate.ts';
import { signSm2 } from './sign-sm2.ts';
import { signTagManifest } from './sign-tag-manifest.ts';
import { signXades } from './sign-xades.ts';
import { stampBundle, stampTagManifest } from './stamp.ts';
import { verifySealed } from './verify-sealed.ts';
import { writeBag } from './write-bag.ts';
import { writeTrustFiles } from './write-trust-files.ts';

/**
 * Sealing, in the order that makes it safe: what a text vouches for exists before the text, the tag manifest before
 * its signature and time-stamp, the seal manifest after every other META-INF file, the log leaf after both manifests
 * and when all of it is on disk.
 * A further signature or token is one more step between tag manifest and seal manifest.
 */
export const sealSteps: readonly SealStep[] = [
  fixStart,
  copyReceipt,
  copySecondLooks,
  stampBundle,
  writeTrustFiles,
  drawCertificate,
  signCertificate,
  writeBag,
  writeTagManifest,
  signXades,
  signTagManifest,
  stampTagManifest,
  writeAsicManifest,
  writeSealManifest,
  keepWork,
  appendSealLeaf,
  pack,
  verifySealed,
];

/** The steps of a service with these keys. */
export function sealStepsOf({ sm2 }: Pick<Trust, 'sm2'>): readonly SealStep[] {
  if (sm2 === undefined) return sealSteps;
  return sealSteps.flatMap((step) => (step === signTagManifest ? [step, signSm2] : [step]));
}
