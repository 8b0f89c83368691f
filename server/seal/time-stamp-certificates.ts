import { fromBase64 } from '#shared/lib/base64';
import { canonicalJson } from '#shared/lib/canonical-json';
import { equalBytes } from '#shared/lib/equal-bytes';
import { fromHex } from '#shared/lib/hex';
import { sha256 } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { journalDigest } from '#shared/seal/certificate/certificate-facts';
import { authoritiesOf, type TokenAuthority } from './authority-of.ts';
import { electedAuthorities } from './elected-authorities.ts';
import { readAnchorToken } from './read-anchor-token.ts';
import type { SealWork } from './seal-work.ts';

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
  const anchor = await anchorAuthority(work);
  const challenge = await challengeAuthority(work);
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

async function anchorAuthority(work: SealWork): Promise<TokenAuthority | undefined> {
  const token = await readAnchorToken(work);
  if (token === undefined) return undefined;
  return (await authoritiesOf(work.trust, token, fromHex(journalDigest(work.bundle.journal))))[0];
}

async function challengeAuthority({ bundle, trust }: SealWork): Promise<TokenAuthority | undefined> {
  const { challenge } = bundle;
  if (challenge === undefined) return undefined;
  const digest = sha256(toUtf8(canonicalJson(challenge.challenge)));
  return (await authoritiesOf(trust, fromBase64(challenge.token), digest))[0];
}
