import { CodedError } from '#shared/lib/errors';
import { parseCertificate } from '#shared/pki/certificate';
import { verifyTimeStamp } from '#shared/pki/verify-time-stamp';
import type { AuthorityName } from '#shared/seal/certificate/facts';
import { nodePorts } from '../store/node-ports.ts';
import type { TimeStampAuthority, Trust } from '../trust/trust.ts';

/** A configured authority that may have made a token, with the two certificates it is checked with. */
export interface TokenAuthority {
  readonly authority: TimeStampAuthority;
  /** DER. */
  readonly signer: Uint8Array;
  /** The root its chain ends in, DER. */
  readonly root: Uint8Array;
}

/**
 * Verifies a TimeStampResp over `digest` against one authority.
 * @returns `undefined` when it is no good token, or chains to none of its roots.
 */
export async function madeBy(
  authority: TimeStampAuthority,
  response: Uint8Array,
  digest: Uint8Array,
): Promise<TokenAuthority | undefined> {
  try {
    const anchors = authority.roots.map(parseCertificate);
    const { signer, anchor } = await verifyTimeStamp(nodePorts, response, { digest, anchors });
    return anchor === undefined ? undefined : { authority, signer: signer.der, root: anchor.der };
  } catch (error) {
    if (error instanceof CodedError) return undefined;
    throw error;
  }
}

/** The configured authorities a token verifies with: several, where they share a root. */
export async function authoritiesOf(
  trust: Trust,
  response: Uint8Array,
  digest: Uint8Array,
): Promise<TokenAuthority[]> {
  const made = await Promise.all(trust.authorities.map((authority) => madeBy(authority, response, digest)));
  return made.filter((one) => one !== undefined);
}

/**
 * How a certificate names whoever made a token: a configured authority, or, where that is not certain, the common
 * name in its certificate.
 * @param authorities of `authoritiesOf` this token.
 * @throws PkiError, DerError when it is not a good token over `digest`.
 */
export async function authorityName({
  token,
  digest,
  authorities: [known, other],
}: {
  readonly token: Uint8Array;
  readonly digest: Uint8Array;
  readonly authorities: readonly TokenAuthority[];
}): Promise<AuthorityName> {
  if (known !== undefined && other === undefined) return standingOf(known.authority);
  const { signer } = await verifyTimeStamp(nodePorts, token, { digest });
  return { name: signer.subject.commonName, standing: known === undefined ? 'unknown' : 'configured' };
}

export function standingOf({ name, selfIssued }: TimeStampAuthority): AuthorityName {
  return { name, standing: selfIssued ? 'self-issued' : 'configured' };
}
