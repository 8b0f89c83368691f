import { equalBytes } from '#shared/lib/equal-bytes';
import { CodedError } from '#shared/lib/errors';
import type { Ports } from '#shared/lib/port';
import type { Certificate } from './certificate.ts';
import { PkiError } from './pki-error.ts';
import { type Purpose, requirePurpose } from './purpose.ts';
import { isSelfIssued, requireIssuedBy, verifyChain } from './verify-chain.ts';

/** Where a signer's chain ended. `anchor` is `undefined` when no anchors of the user were given. */
export interface SignerPath {
  readonly chain: readonly Certificate[];
  readonly anchor: Certificate | undefined;
}

/**
 * Validates the chain of `signer` with the certificates embedded beside a signature, to the user's `anchors`, or,
 * without them, to a root embedded too. Nothing signs the list of embedded certificates, so each of them must itself
 * be signed by a certificate at hand: otherwise bytes of it could change unnoticed.
 * @throws PkiError ISSUER_UNKNOWN also when neither anchors nor an embedded root are there; DerError
 */
export async function verifySignerPath(
  ports: Ports,
  signer: Certificate,
  embedded: readonly Certificate[],
  { anchors, at, purpose }: { anchors: readonly Certificate[] | undefined; at: number; purpose: Purpose },
): Promise<SignerPath> {
  requirePurpose(signer, purpose);
  const ends = anchors ?? embedded.filter(isSelfIssued);
  const chain = await verifyChain(ports, signer, embedded, ends, at);
  const known = [...embedded, ...(anchors ?? [])];
  for (const certificate of embedded) await requireSignedByAny(ports, certificate, known);
  return { chain, anchor: anchors === undefined ? undefined : chain.at(-1) };
}

async function requireSignedByAny(
  ports: Ports,
  certificate: Certificate,
  known: readonly Certificate[],
): Promise<void> {
  let fault: CodedError | undefined;
  for (const issuer of known.filter((other) => equalBytes(other.subject.der, certificate.issuer.der))) {
    try {
      return await requireIssuedBy(ports, certificate, issuer);
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      fault = error;
    }
  }
  const entry = certificate.subject.text;
  throw (
    fault ??
    new PkiError('ISSUER_UNKNOWN', `issuer of embedded certificate ${entry} is not at hand`, { entry })
  );
}
