import { DerReader } from '#shared/lib/der/der-reader';
import type { DerNode } from '#shared/lib/der/parse-der';
import { tag } from '#shared/lib/der/tag';
import { equalBytes } from '#shared/lib/equal-bytes';
import type { Ports } from '#shared/lib/port';
import { type Certificate, parseValidityTime } from './certificate.ts';
import { type DistinguishedName, parseDistinguishedName } from './distinguished-name.ts';
import { type Extension, parseExtensions } from './extension.ts';
import { oid } from './oid.ts';
import { PkiError } from './pki-error.ts';
import { parseSignatureScheme, requireSignature, type SignatureScheme } from './signature-scheme.ts';

/** A version 2 certificate revocation list (RFC 5280 §5.1). */
export interface CertificateList {
  readonly der: Uint8Array;
  readonly tbs: Uint8Array;
  readonly issuer: DistinguishedName;
  /** UTC milliseconds. */
  readonly thisUpdate: number;
  readonly nextUpdate: number;
  readonly revoked: readonly { readonly serial: bigint; readonly at: number }[];
  readonly extensions: readonly Extension[];
  readonly scheme: SignatureScheme;
  readonly signature: Uint8Array;
}

const processed: ReadonlySet<string> = new Set([oid.crlNumber, oid.authorityKeyIdentifier]);

/**
 * Parses one complete, direct CRL in strict DER; critical extensions (delta, indirect, partitioned) are refused.
 * @throws DerError, PkiError CRL_MALFORMED, EXTENSION_UNSUPPORTED
 */
export function parseCrl(der: Uint8Array): CertificateList {
  const outer = DerReader.of(der, 'CRL');
  const tbs = outer.next(tag.sequence);
  const algorithm = outer.next(tag.sequence);
  const signature = outer.bitOctets();
  outer.end();
  const reader = DerReader.over(tbs, 'CRL');
  if (reader.number() !== 1) throw new PkiError('CRL_MALFORMED', 'not a version 2 CRL');
  const inner = reader.next(tag.sequence);
  if (!equalBytes(inner.der, algorithm.der))
    throw new PkiError('ALGORITHM_MISMATCH', 'the two signature algorithms of the CRL differ');
  const issuer = parseDistinguishedName(reader.next(tag.sequence));
  const thisUpdate = parseValidityTime(reader.any());
  const nextUpdate = parseValidityTime(reader.any());
  const revoked = reader.optional(tag.sequence);
  const wrapper = reader.enter(tag.constructed(0));
  const extensions = parseExtensions(wrapper.next(tag.sequence));
  wrapper.end();
  reader.end();
  requireProcessed(extensions);
  return {
    der: new Uint8Array(der),
    tbs: tbs.der,
    issuer,
    thisUpdate,
    nextUpdate,
    revoked: revoked === undefined ? [] : parseRevoked(revoked),
    extensions,
    scheme: parseSignatureScheme(inner),
    signature,
  };
}

function requireProcessed(extensions: readonly Extension[]): void {
  const unknown = extensions.find((extension) => extension.critical && !processed.has(extension.oid));
  if (unknown !== undefined)
    throw new PkiError('EXTENSION_UNSUPPORTED', `critical extension ${unknown.oid} of the CRL`, {
      entry: 'CRL',
    });
}

function parseRevoked(node: DerNode): CertificateList['revoked'] {
  if (node.children.length === 0) throw new PkiError('CRL_MALFORMED', 'empty list of revoked certificates');
  return node.children.map((child) => {
    const reader = DerReader.over(child, 'revoked certificate');
    const serial = reader.integer();
    const at = parseValidityTime(reader.any());
    const extensions = reader.optional(tag.sequence);
    reader.end();
    const critical =
      extensions === undefined ? undefined : parseExtensions(extensions).find((e) => e.critical);
    if (critical !== undefined)
      throw new PkiError('EXTENSION_UNSUPPORTED', 'critical extension of a CRL entry');
    return { serial, at };
  });
}

/**
 * Checks that `issuer` may sign CRLs and signed this one.
 * @throws PkiError KEY_USAGE, ISSUER_UNKNOWN (another name), SIGNATURE_INVALID and others of `requireSignature`
 */
export async function verifyCrl(ports: Ports, crl: CertificateList, issuer: Certificate): Promise<void> {
  if (!equalBytes(crl.issuer.der, issuer.subject.der))
    throw new PkiError('ISSUER_UNKNOWN', 'CRL of another issuer', { entry: 'CRL' });
  if (issuer.keyUsage !== undefined && !issuer.keyUsage.has('cRLSign'))
    throw new PkiError('KEY_USAGE', `${issuer.subject.text} may not sign CRLs`, { entry: 'CRL' });
  const { scheme, tbs, signature } = crl;
  await requireSignature(ports, 'CRL', { scheme, publicKey: issuer.publicKey, data: tbs, signature });
}

/**
 * Refuses a certificate that this CRL lists as revoked at or before `atMs`. The CRL must be verified before.
 * @throws PkiError REVOKED
 */
export function requireNotRevoked(crl: CertificateList, certificate: Certificate, atMs: number): void {
  if (!equalBytes(crl.issuer.der, certificate.issuer.der)) return;
  const entry = crl.revoked.find(({ serial, at }) => serial === certificate.serial && at <= atMs);
  if (entry !== undefined)
    throw new PkiError('REVOKED', `${certificate.subject.text} was revoked`, {
      entry: certificate.subject.text,
    });
}
