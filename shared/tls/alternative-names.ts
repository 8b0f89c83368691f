import { DerReader } from '#shared/lib/der/der-reader';
import { tag } from '#shared/lib/der/tag';
import { fromUtf8 } from '#shared/lib/utf8';
import type { Certificate } from '#shared/pki/certificate';
import { oid } from '#shared/pki/oid';

/**
 * DNS names of a certificate (RFC 5280 §4.2.1.6), in its order; empty without the extension.
 * @throws DerError
 */
export function dnsNamesOf(certificate: Certificate): string[] {
  const extension = certificate.extensions.find((one) => one.oid === oid.subjectAltName);
  if (extension === undefined) return [];
  const names = DerReader.of(extension.value, 'subject alternative name');
  return names
    .rest()
    .filter((name) => name.tag === tag.primitive(2))
    .map(({ content }) => fromUtf8(content));
}
