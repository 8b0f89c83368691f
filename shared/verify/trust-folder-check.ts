import { equalBytes } from '#shared/lib/equal-bytes';
import type { Ports } from '#shared/lib/port';
import type { Certificate } from '#shared/pki/certificate';
import { requirePurpose } from '#shared/pki/purpose';
import { isSelfIssued, requireIssuedBy, verifyChain } from '#shared/pki/verify-chain';
import type { CheckDefinition } from './check-definition.ts';
import { inEntry } from './in-entry.ts';
import type { StampedTime } from './stamped-time.ts';
import { readTrustFolder, type TrustCertificate, type TrustFolder } from './trust-folder.ts';
import { need } from './verification.ts';
import { VerifyError } from './verify-error.ts';

/** `trust/` holds exactly what signatures, tokens and log proofs of this package were made with. */
export const trustFolderCheck: CheckDefinition = {
  id: 'trust-folder',
  proves: {
    zh: 'trust/ 内的证书和密钥正是本包签名、时间戳与日志证明所用的,可拿来与从别处取得的比对',
    en: 'the certificates and keys in trust/ are exactly those the signatures, time-stamps and proofs were made with: compare them with ones obtained elsewhere',
  },
  restsOn: { zh: '本包自身,不说明可信与否', en: 'the package itself; it says nothing about trust' },
  async run(verification) {
    const { ports, found } = verification;
    const folder = await readTrustFolder(need(verification, 'members'));
    found.trustFolder = folder;
    await requireSignerRoot(ports, folder, need(verification, 'signature'));
    if (folder.ocsp !== undefined) await requireResponder(ports, folder.ocsp, folder.ca.certificate);
    const stamps = [
      need(verification, 'bundleTime'),
      need(verification, 'sealTime'),
      ...(found.furtherSealTimes ?? []),
      found.signatureTime,
    ];
    const given = [found.startTime, found.anchorTime].filter((stamp) => stamp !== undefined);
    await requireAuthorities(
      ports,
      folder,
      stamps.filter((stamp) => stamp !== undefined),
      given.filter((stamp) => isNamed(folder, stamp)),
    );
  },
};

async function requireSignerRoot(
  ports: Ports,
  { ca }: TrustFolder,
  signature: { signer: Certificate; certificates: readonly Certificate[]; signedAt: number },
): Promise<void> {
  if (!isSelfIssued(ca.certificate)) throw mismatch(ca, 'is not a root certificate');
  await inEntry(ca.entry, () =>
    verifyChain(ports, signature.signer, signature.certificates, [ca.certificate], signature.signedAt),
  );
}

async function requireResponder(ports: Ports, ocsp: TrustCertificate, ca: Certificate): Promise<void> {
  await inEntry(ocsp.entry, async () => {
    requirePurpose(ocsp.certificate, 'ocsp');
    await requireIssuedBy(ports, ocsp.certificate, ca);
  });
}

/** The folder may name who stamped challenge and anchor, when it was another authority of the same service. */
function isNamed({ authorities }: TrustFolder, { signer }: StampedTime): boolean {
  return authorities.some(({ certificate }) => equalBytes(certificate.der, signer.der));
}

/** Signer and root of every token of the seal are in the folder, and nothing in the folder is without a token. */
async function requireAuthorities(
  ports: Ports,
  { authorities, authorityRoots }: TrustFolder,
  ofSeal: readonly StampedTime[],
  ofBundle: readonly StampedTime[],
): Promise<void> {
  const unused = new Set([...authorities, ...authorityRoots]);
  for (const stamp of [...ofSeal, ...ofBundle]) {
    const authority = authorities.find(({ certificate }) => equalBytes(certificate.der, stamp.signer.der));
    if (authority === undefined)
      throw new VerifyError('TRUST_FOLDER_MISMATCH', `the signer of ${stamp.entry} is not in trust/`, {
        entry: stamp.entry,
      });
    const roots = authorityRoots.map(({ certificate }) => certificate);
    const chain = await inEntry(stamp.entry, () =>
      verifyChain(ports, stamp.signer, stamp.certificates, roots, stamp.genTime),
    );
    const root = authorityRoots.find(({ certificate }) =>
      equalBytes(certificate.der, chain.at(-1)?.der ?? new Uint8Array(0)),
    );
    unused.delete(authority);
    if (root !== undefined) unused.delete(root);
  }
  const [stray] = unused;
  if (stray !== undefined) throw mismatch(stray, 'was not used in this package');
}

function mismatch({ entry }: { entry: string }, why: string): VerifyError {
  return new VerifyError('TRUST_FOLDER_MISMATCH', `${entry} ${why}`, { entry });
}
