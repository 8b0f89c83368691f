import { equalBytes } from '#shared/lib/equal-bytes';
import type { Ports } from '#shared/lib/port';
import { sha256 } from '#shared/lib/sha256';
import { singleValue } from './attribute.ts';
import type { Certificate } from './certificate.ts';
import { requireNotRevoked, verifyCrl } from './crl.ts';
import { verifySignerPath } from './embedded-certificates.ts';
import { oid } from './oid.ts';
import { PkiError } from './pki-error.ts';
import { parseSignedData, type SignedData } from './signed-data.ts';
import { verifySigner } from './verify-signer.ts';
import { type VerifiedTimeStamp, verifyTimeStampToken } from './verify-time-stamp.ts';

/** A verified detached signature. */
export interface VerifiedSignedData {
  readonly signer: Certificate;
  /** The user's anchor the signer's chain ends in; `undefined` when none were given. */
  readonly anchor: Certificate | undefined;
  /** The RFC 3161 time-stamp over the signature value, where one is embedded. */
  readonly embeddedTimeStamp: VerifiedTimeStamp | undefined;
}

/**
 * Verifies a detached CAdES signature over `content` (ETSI EN 319 122-1): signed attributes, signature, embedded
 * signature time-stamp, chain, and embedded CRLs. The chain is judged at `at`, or else at the embedded time-stamp's
 * genTime. `anchors` serve signer and time-stamp alike; without them only signatures and embedded chains are checked.
 * @throws PkiError TIME_UNKNOWN when there is neither `at` nor a time-stamp, and every other fault; DerError
 */
export async function verifySignedData(
  ports: Ports,
  cmsDer: Uint8Array,
  content: Uint8Array,
  { anchors, at }: { anchors?: readonly Certificate[]; at?: number } = {},
): Promise<VerifiedSignedData> {
  const signedData = parseSignedData(cmsDer);
  if (signedData.content !== undefined)
    throw new PkiError('CONTENT_UNEXPECTED', 'signature is not detached', { entry: 'CMS' });
  const signer = await verifySigner(ports, signedData, content, { olderForm: false });
  const embeddedTimeStamp = await verifySignatureTimeStamp(ports, signedData, anchors);
  const judgedAt = at ?? embeddedTimeStamp?.genTime;
  if (judgedAt === undefined)
    throw new PkiError('TIME_UNKNOWN', 'no time to judge the chain at', { entry: 'CMS' });
  const { chain, anchor } = await verifySignerPath(ports, signer, signedData.certificates, {
    anchors,
    at: judgedAt,
    purpose: 'signing',
  });
  await verifyCrls(ports, signedData, chain, judgedAt);
  return { signer, anchor, embeddedTimeStamp };
}

async function verifySignatureTimeStamp(
  ports: Ports,
  { signer }: SignedData,
  anchors: readonly Certificate[] | undefined,
): Promise<VerifiedTimeStamp | undefined> {
  const unknown = signer.unsignedAttributes.find(({ type }) => type !== oid.signatureTimeStamp);
  if (unknown !== undefined)
    throw new PkiError('ATTRIBUTE_UNKNOWN', 'unsigned attribute that nothing protects', {
      entry: unknown.type,
    });
  const token = singleValue(signer.unsignedAttributes, oid.signatureTimeStamp);
  if (token === undefined) return undefined;
  const digest = sha256(signer.signature);
  return verifyTimeStampToken(ports, token.der, anchors === undefined ? { digest } : { digest, anchors });
}

async function verifyCrls(
  ports: Ports,
  { crls, certificates }: SignedData,
  chain: readonly Certificate[],
  at: number,
): Promise<void> {
  for (const crl of crls) {
    const issuer = [...chain, ...certificates].find(
      ({ subject, isCa }) => isCa && equalBytes(subject.der, crl.issuer.der),
    );
    if (issuer === undefined)
      throw new PkiError('ISSUER_UNKNOWN', 'issuer of an embedded CRL is not at hand', { entry: 'CRL' });
    await verifyCrl(ports, crl, issuer);
    for (const certificate of chain) requireNotRevoked(crl, certificate, at);
  }
}
