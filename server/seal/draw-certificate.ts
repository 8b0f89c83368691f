import { certificateFacts } from '#shared/seal/certificate/certificate-facts';
import type { CertificateFacts } from '#shared/seal/certificate/facts';
import type { Exhibits } from '../evidence/read-exhibits.ts';
import { authorityName, standingOf } from './authority-of.ts';
import { electedAuthorities } from './elected-authorities.ts';
import { readSealStart } from './seal-start.ts';
import type { SealStep, SealWork } from './seal-work.ts';
import { anchorToken, challengeToken } from './time-authorities.ts';
import { writeOutput } from './work-folder.ts';

/** Not in the package: the signed certificate begins with these bytes. */
export const UNSIGNED_CERTIFICATE = 'certificate-unsigned.pdf';

/**
 * The certificate is a tag file, so it is drawn before the seal and cannot hold the seal's own signature, time or log
 * proof; it names receipt and bundle, which the seal covers with it.
 */
export const drawCertificate: SealStep = {
  name: 'certificate',
  outputs: () => [UNSIGNED_CERTIFICATE],
  async run(work) {
    const exhibits = await work.tasks.readExhibits(work.bundleFile, work.bundle.record);
    const pdf = await work.tasks.certificatePdf(await factsOf(work, exhibits), exhibits.picture);
    await writeOutput(work, UNSIGNED_CERTIFICATE, pdf);
  },
};

/** Facts of the certificate of this seal. */
async function factsOf(work: SealWork, exhibits: Exhibits): Promise<CertificateFacts> {
  const { bundle, receipt, trust } = work;
  const start = await readSealStart(work);
  const authorities = await electedAuthorities(work);
  const challenge = bundle.challengeTime === undefined ? undefined : await challengeToken(work);
  const challengeAuthority = challenge && (await authorityName(challenge));
  const anchor = bundle.anchorTime === undefined ? undefined : await anchorToken(work);
  const anchorAuthority = anchor && (await authorityName(anchor));
  return certificateFacts({
    systemName: start.systemName,
    organisation: start.organisation,
    softwareVersion: start.softwareVersion,
    packageId: work.id,
    sealedAt: start.sealedAt,
    previousSeal: start.previousSeal,
    bundle,
    receipt,
    selfIssued: trust.selfIssued,
    sealAuthorities: authorities.map(({ authority }) => standingOf(authority)),
    ...(challengeAuthority === undefined ? {} : { challengeAuthority }),
    ...(anchorAuthority === undefined ? {} : { anchorAuthority }),
    ...(exhibits.connection === undefined ? {} : { connection: exhibits.connection }),
    secondLooks: (work.secondLooks ?? []).map(({ look }) => look),
    ...(start.openChallenges === null ? {} : { openChallenges: start.openChallenges }),
    ...(start.carriedUnused === undefined ? {} : { carriedUnused: start.carriedUnused }),
    ...(start.numbering === undefined ? {} : { numbering: start.numbering }),
  });
}
