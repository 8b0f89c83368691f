import { CodedError } from '#shared/lib/errors';
import { parseCertificate } from '#shared/pki/certificate';
import { verifyTimeStamp } from '#shared/pki/verify-time-stamp';
import type { AuthorityName } from '#shared/seal/certificate/facts';
import { nodePorts } from '../store/node-ports.ts';
import type { TimeStampAuthority, Trust } from '../trust/trust.ts';

/** Which configured authority made a token, with the two certificates it is checked with. */
export interface TokenAuthority {
  readonly authority: TimeStampAuthority;
  /** DER. */
  readonly signer: Uint8Array;
  /** The root its chain ends in, DER. */
  readonly root: Uint8Array;
}

/**
 * Verifies a TimeStampResp over `digest` against each configured authority.
 * @returns the first it verifies with; `undefined` when it is a good token of none of them, or no good token.
 */
export async function authorityOf(
  trust: Trust,
  response: Uint8Array,
  digest: Uint8Array,
): Promise<TokenAuthority | undefined> {
  for (const authority of trust.authorities) {
    try {
      const anchors = authority.roots.map(parseCertificate);
      const { signer, anchor } = await verifyTimeStamp(nodePorts, response, { digest, anchors });
      if (anchor !== undefined) return { authority, signer: signer.der, root: anchor.der };
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
    }
  }
  return undefined;
}

/**
 * How a certificate names whoever made a token: a configured authority, or the common name in its certificate.
 * @throws PkiError, DerError when it is not a good token over `digest`.
 */
export async function authorityName(
  trust: Trust,
  response: Uint8Array,
  digest: Uint8Array,
): Promise<AuthorityName> {
  const known = await authorityOf(trust, response, digest);
  if (known !== undefined) return standingOf(known.authority);
  const { signer } = await verifyTimeStamp(nodePorts, response, { digest });
  return { name: signer.subject.commonName, standing: 'unknown' };
}

export function standingOf({ name, selfIssued }: TimeStampAuthority): AuthorityName {
  return { name, standing: selfIssued ? 'self-issued' : 'configured' };
}
