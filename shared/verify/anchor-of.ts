import type { Certificate } from '#shared/pki/certificate';
import { PkiError } from '#shared/pki/pki-error';
import { verifyChain } from '#shared/pki/verify-chain';
import { inEntry } from './in-entry.ts';
import { NotChecked } from './not-checked.ts';
import type { StampedTime } from './stamped-time.ts';
import type { Verification } from './verification.ts';

/**
 * The user's certificate that the chain ends in, judged at `genTime`; `undefined` when it ends elsewhere.
 * @throws CodedError naming the entry when a chain to an anchor exists but does not hold.
 */
export async function anchorOf(
  { ports, anchors }: Pick<Verification, 'ports' | 'anchors'>,
  one: StampedTime,
): Promise<Certificate | undefined> {
  return inEntry(one.entry, async () => {
    try {
      const chain = await verifyChain(ports, one.signer, one.certificates, anchors.certificates, one.genTime);
      return chain.at(-1);
    } catch (error) {
      if (error instanceof PkiError && error.code === 'ISSUER_UNKNOWN') return undefined;
      throw error;
    }
  });
}

/** Takes down that the verdict rests on this certificate of the user. */
export function useAnchor(
  { usedAnchors }: Pick<Verification, 'usedAnchors'>,
  { subject }: Certificate,
): void {
  usedAnchors.add(`certificate ${subject.text}`);
}

/** @throws NotChecked NO_ANCHOR_GIVEN when the user gave no certificate and demands none. */
export function requireCertificates({ anchors }: Pick<Verification, 'anchors'>, entry: string): void {
  if (anchors.certificates.length > 0 || anchors.policy.timeStamps > 0) return;
  throw new NotChecked('NO_ANCHOR_GIVEN', 'no certificate given', { entry });
}
