import type { Certificate } from './certificate.ts';
import { oid } from './oid.ts';
import { PkiError } from './pki-error.ts';

export type Purpose = 'signing' | 'time-stamping' | 'ocsp';

/**
 * Checks that a leaf certificate may be used so. Signing: digitalSignature or nonRepudiation where key usage is
 * present. Time-stamping: exactly the one key purpose, critical (RFC 3161 §2.3). OCSP: id-kp-OCSPSigning
 * (RFC 6960 §4.2.2.2).
 * @throws PkiError KEY_USAGE, EXTENDED_KEY_USAGE
 */
export function requirePurpose(certificate: Certificate, purpose: Purpose): void {
  const { keyUsage, extKeyUsage, extKeyUsageCritical } = certificate;
  const entry = certificate.subject.text;
  if (keyUsage !== undefined && !keyUsage.has('digitalSignature') && !keyUsage.has('nonRepudiation'))
    throw new PkiError('KEY_USAGE', `${entry} may not sign`, { entry });
  const fits = {
    signing: !extKeyUsage.includes(oid.timeStamping) && !extKeyUsage.includes(oid.ocspSigning),
    'time-stamping': extKeyUsageCritical && extKeyUsage.length === 1 && extKeyUsage[0] === oid.timeStamping,
    ocsp: extKeyUsage.includes(oid.ocspSigning),
  };
  if (!fits[purpose]) throw new PkiError('EXTENDED_KEY_USAGE', `${entry} is not for ${purpose}`, { entry });
}
