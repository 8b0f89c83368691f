import { sha1 } from '@noble/hashes/legacy.js';
import { equalBytes } from '#shared/lib/equal-bytes';
import type { Ports } from '#shared/lib/port';
import type { Certificate } from './certificate.ts';
import { hash } from './hash.ts';
import { type OcspResponse, parseOcspResponse } from './ocsp.ts';
import { PkiError } from './pki-error.ts';
import { keyBitsOf } from './public-key.ts';
import { requirePurpose } from './purpose.ts';
import { requireSignature } from './signature-scheme.ts';
import { verifyChain } from './verify-chain.ts';

/** A verified statement that a certificate was not revoked. */
export interface VerifiedOcsp {
  /** UTC milliseconds, whole seconds. */
  readonly producedAt: number;
  readonly responder: Certificate;
}

/**
 * Verifies that the answer says "good" about `certificate`, comes from its issuer or a responder the issuer
 * delegated (RFC 6960 §4.2.2.2), and was produced within the answer's own validity and not before `since`.
 * OCSP times are whole seconds, so `since` is compared by its second. `issuer` must be trusted before.
 * @throws PkiError STATUS_UNKNOWN, REVOKED, STATUS_STALE, SIGNER_UNKNOWN, OCSP_REFUSED and others; DerError
 */
export async function verifyOcsp(
  ports: Ports,
  der: Uint8Array,
  { certificate, issuer, since }: { certificate: Certificate; issuer: Certificate; since: number },
): Promise<VerifiedOcsp> {
  const response = parseOcspResponse(der);
  const { certId, producedAt, status } = response;
  const digest = (bytes: Uint8Array) => (certId.hash === 'sha1' ? sha1(bytes) : hash(certId.hash, bytes));
  const same =
    certId.serial === certificate.serial &&
    equalBytes(certId.issuerNameHash, digest(issuer.subject.der)) &&
    equalBytes(certId.issuerKeyHash, digest(keyBitsOf(issuer.publicKey)));
  if (!same || status === 'unknown')
    throw new PkiError('STATUS_UNKNOWN', 'OCSP response says nothing about the certificate', {
      entry: 'OCSP response',
    });
  const responder = await verifyResponder(ports, response, issuer);
  await requireSignature(ports, 'OCSP response', {
    scheme: response.scheme,
    publicKey: responder.publicKey,
    data: response.tbs,
    signature: response.signature,
  });
  if (status !== 'good')
    throw new PkiError('REVOKED', `${certificate.subject.text} was revoked`, {
      entry: certificate.subject.text,
    });
  const late = response.nextUpdate !== undefined && response.nextUpdate < producedAt;
  if (producedAt < since - (since % 1000) || response.thisUpdate > producedAt || late)
    throw new PkiError('STATUS_STALE', 'OCSP response is older than what it speaks for', {
      entry: 'OCSP response',
    });
  return { producedAt, responder };
}

async function verifyResponder(
  ports: Ports,
  response: OcspResponse,
  issuer: Certificate,
): Promise<Certificate> {
  const { certificates, responder, producedAt } = response;
  const found = [issuer, ...certificates].find(({ subject, publicKey }) =>
    'name' in responder
      ? equalBytes(subject.der, responder.name)
      : equalBytes(sha1(keyBitsOf(publicKey)), responder.keyHash),
  );
  if (found === undefined)
    throw new PkiError('SIGNER_UNKNOWN', 'certificate of the OCSP responder is not at hand', {
      entry: 'OCSP response',
    });
  const surplus = certificates.find((embedded) => !equalBytes(embedded.der, found.der));
  if (surplus !== undefined)
    throw new PkiError('OCSP_MALFORMED', 'OCSP response embeds a certificate it does not use', {
      entry: 'OCSP response',
    });
  if (found === issuer) return found;
  requirePurpose(found, 'ocsp');
  await verifyChain(ports, found, [], [issuer], producedAt);
  return found;
}
