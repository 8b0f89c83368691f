import { CodedError } from '#shared/lib/errors';
import { type Certificate, parseCertificate } from '#shared/pki/certificate';
import type { DistinguishedName } from '#shared/pki/distinguished-name';
import { oid } from '#shared/pki/oid';
import { dnsNamesOf } from './alternative-names.ts';

/** What a browser says of the certificate one response came under. */
export interface StatedCertificate {
  /** Display names: common name, else organisation, else unit. */
  readonly subject: string;
  readonly issuer: string;
  /** UTC ms. */
  readonly validFrom: number;
  readonly validTo: number;
  /** DNS names and addresses. */
  readonly names: readonly string[];
}

/**
 * Whether a leaf certificate agrees with everything the browser says of a response's own: then it is held to be that
 * request's, otherwise it is only one of the same origin. What cannot be read does not agree.
 */
export function isCertificateOf(leaf: Uint8Array, stated: StatedCertificate): boolean {
  try {
    const certificate = parseCertificate(leaf);
    return (
      displayName(certificate.subject) === stated.subject &&
      displayName(certificate.issuer) === stated.issuer &&
      certificate.notBefore === stated.validFrom &&
      certificate.notAfter === stated.validTo &&
      sameNames(certificate, stated.names)
    );
  } catch (error) {
    if (error instanceof CodedError) return false;
    throw error;
  }
}

function displayName({ attributes }: DistinguishedName): string {
  const order = [oid.commonName, oid.organization, oid.organizationalUnit];
  for (const wanted of order) {
    const found = attributes.find(({ type }) => type === wanted);
    if (found !== undefined) return found.value;
  }
  return '';
}

/** Addresses are left out: browsers spell those of IPv6 in their own way. */
function sameNames(certificate: Certificate, stated: readonly string[]): boolean {
  const isAddress = (name: string) => name.includes(':') || /^[0-9.]+$/.test(name);
  const own = new Set(dnsNamesOf(certificate));
  const theirs = new Set(stated.filter((name) => !isAddress(name)));
  return own.size === theirs.size && [...theirs].every((name) => own.has(name));
}
