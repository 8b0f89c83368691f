import { createHash, X509Certificate } from 'node:crypto';
import type { Sha256 } from '#shared/lib/sha256';
import { type CertificateOfLook, LISTED } from '#shared/witness/second-look-file';

/** A server certificate as a statement names it; `null` for what no X.509 parser reads. */
export function certificateOfLook(der: Uint8Array): CertificateOfLook | null {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(der);
  } catch {
    return null;
  }
  const { subject, issuer, subjectAltName = '', validFrom, validTo } = certificate;
  const oneLine = (text: string | undefined) =>
    (text ?? '').replaceAll('\n', ', ').slice(0, 1000).toWellFormed();
  return {
    sha256: createHash('sha256').update(der).digest('hex') as Sha256,
    subject: oneLine(subject),
    issuer: oneLine(issuer),
    names: subjectAltName
      .split(', ')
      .filter((name) => name !== '')
      .slice(0, LISTED.names)
      .map((name) => name.slice(0, 300).toWellFormed()),
    notBefore: new Date(validFrom).toISOString(),
    notAfter: new Date(validTo).toISOString(),
  };
}
