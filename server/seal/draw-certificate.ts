import { fromBase64 } from '#shared/lib/base64';
import { canonicalJson } from '#shared/lib/canonical-json';
import { fromHex } from '#shared/lib/hex';
import { sha256 } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { certificateFacts, journalDigest } from '#shared/seal/certificate/certificate-facts';
import type { AuthorityName, CertificateFacts } from '#shared/seal/certificate/facts';
import type { Exhibits } from '../evidence/read-exhibits.ts';
import { authorityName, standingOf } from './authority-of.ts';
import { electedAuthorities } from './elected-authorities.ts';
import { readAnchorToken } from './read-anchor-token.ts';
import { readSealStart } from './seal-start.ts';
import type { SealStep, SealWork } from './seal-work.ts';
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
  const challengeAuthority = await challengeStamper(work);
  const anchorAuthority = await anchorStamper(work);
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

async function challengeStamper({ bundle, trust }: SealWork): Promise<AuthorityName | undefined> {
  const { challenge, challengeTime } = bundle;
  if (challenge === undefined || challengeTime === undefined) return undefined;
  const digest = sha256(toUtf8(canonicalJson(challenge.challenge)));
  return authorityName(trust, fromBase64(challenge.token), digest);
}

async function anchorStamper(work: SealWork): Promise<AuthorityName | undefined> {
  const { bundle, trust } = work;
  const token = bundle.anchorTime === undefined ? undefined : await readAnchorToken(work);
  if (token === undefined) return undefined;
  return authorityName(trust, token, fromHex(journalDigest(bundle.journal)));
}
