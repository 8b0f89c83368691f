import { equalBytes } from '#shared/lib/equal-bytes';
import type { TokenAuthority } from './authority-of.ts';
import { electedAuthorities } from './elected-authorities.ts';
import type { SealWork } from './seal-work.ts';
import { anchorToken, challengeToken } from './time-authorities.ts';

/** The certificates the time-stamps of a package are checked with, DER; as `trust/` numbers them, from 1. */
export interface TimeStampCertificates {
  /** `tsa-N.pem`: those of the seal first, in its order. */
  readonly signers: readonly Uint8Array[];
  /** `tsa-ca-N.pem`, each once. */
  readonly roots: readonly Uint8Array[];
  /** Number of the root of each authority of the seal. */
  readonly sealRoots: readonly number[];
  /** Number of the root of the journal's token; absent where there is none by a configured authority. */
  readonly anchorRoot: number | undefined;
}

/** Collects the certificates of the seal's authorities and, where others of the service made them, of t0 and t1. */
export async function timeStampCertificates(work: SealWork): Promise<TimeStampCertificates> {
  const elected = await electedAuthorities(work);
  const anchor = (await anchorToken(work))?.authorities[0];
  const challenge = (await challengeToken(work))?.authorities[0];
  const signers: Uint8Array[] = [];
  const roots: Uint8Array[] = [];
  const numberOf = (list: Uint8Array[], der: Uint8Array): number => {
    const known = list.findIndex((other) => equalBytes(other, der));
    return known >= 0 ? known + 1 : list.push(der);
  };
  const take = ({ signer, root }: TokenAuthority): number => {
    numberOf(signers, signer);
    return numberOf(roots, root);
  };
  const sealRoots = elected.map(take);
  if (challenge !== undefined) take(challenge);
  return { signers, roots, sealRoots, anchorRoot: anchor && take(anchor) };
}
