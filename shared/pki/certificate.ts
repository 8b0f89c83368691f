import { DerReader } from '#shared/lib/der/der-reader';
import type { DerNode } from '#shared/lib/der/parse-der';
import { parseTime } from '#shared/lib/der/parse-time';
import { tag } from '#shared/lib/der/tag';
import { equalBytes } from '#shared/lib/equal-bytes';
import { type CertificateExtensions, readCertificateExtensions } from './certificate-extensions.ts';
import { type DistinguishedName, parseDistinguishedName } from './distinguished-name.ts';
import { type Extension, parseExtensions } from './extension.ts';
import { PkiError } from './pki-error.ts';
import { type KeyKind, keyKindOf } from './public-key.ts';
import { parseSignatureScheme, type SignatureScheme } from './signature-scheme.ts';

/** An X.509 version 3 certificate (RFC 5280 §4.1). */
export interface Certificate extends CertificateExtensions {
  readonly der: Uint8Array;
  /** The signed part, DER. */
  readonly tbs: Uint8Array;
  readonly serial: bigint;
  readonly issuer: DistinguishedName;
  readonly subject: DistinguishedName;
  /** UTC milliseconds; the whole second of `notAfter` still counts. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
  readonly keyKind: KeyKind;
  readonly scheme: SignatureScheme;
  /** As in the certificate: ECDSA in DER form. */
  readonly signature: Uint8Array;
  readonly extensions: readonly Extension[];
}

/** RFC 5280 §4.1.2.2 allows 20 octets. */
const MAX_SERIAL = 1n << 160n;

/**
 * Parses one certificate in strict DER: nothing is accepted that would not encode to the identical bytes.
 * @throws DerError, PkiError; `entry` is `certificate`
 */
export function parseCertificate(der: Uint8Array): Certificate {
  const name = nameOf(der);
  const known = certificates.get(name);
  if (known !== undefined && equalBytes(known.der, der)) return known;
  const certificate = parse(der);
  if (certificates.size >= MAX_KNOWN) certificates.clear();
  certificates.set(name, certificate);
  return certificate;
}

/**
 * Newly parsed certificates, by a number that hardly two share, the latest of each: a package holds the same five some
 * thirty times over.
 */
const certificates = new Map<number, Certificate>();
const MAX_KNOWN = 100;

/** Made of the length and the end, which is a signature. */
function nameOf(der: Uint8Array): number {
  let name = der.length;
  for (const byte of der.subarray(-4)) name = name * 256 + byte;
  return name;
}

function parse(der: Uint8Array): Certificate {
  const outer = DerReader.of(der, 'certificate');
  const tbs = outer.next(tag.sequence);
  const algorithm = outer.next(tag.sequence);
  const signature = outer.bitOctets();
  outer.end();
  return { der: new Uint8Array(der), signature, ...parseTbs(tbs, algorithm) };
}

function parseTbs(tbs: DerNode, algorithm: DerNode): Omit<Certificate, 'der' | 'signature'> {
  const reader = DerReader.over(tbs, 'certificate');
  const version = reader.enter(tag.constructed(0));
  if (version.number() !== 2) throw malformed('not a version 3 certificate');
  version.end();
  const serial = reader.integer();
  if (serial <= 0n || serial >= MAX_SERIAL) throw malformed('serial number out of range');
  const inner = reader.next(tag.sequence);
  if (!equalBytes(inner.der, algorithm.der))
    throw new PkiError('ALGORITHM_MISMATCH', 'the two signature algorithms of the certificate differ');
  const scheme = parseSignatureScheme(inner);
  const issuer = parseDistinguishedName(reader.next(tag.sequence));
  const validity = reader.enter();
  const notBefore = parseValidityTime(validity.any());
  const notAfter = parseValidityTime(validity.any());
  validity.end();
  const subject = parseDistinguishedName(reader.next(tag.sequence));
  const publicKey = reader.next(tag.sequence).der;
  const wrapper = reader.enter(tag.constructed(3));
  const extensions = parseExtensions(wrapper.next(tag.sequence));
  wrapper.end();
  reader.end();
  return {
    tbs: tbs.der,
    serial,
    issuer,
    subject,
    notBefore,
    notAfter,
    publicKey,
    keyKind: keyKindOf(publicKey),
    scheme,
    extensions,
    ...readCertificateExtensions(extensions),
  };
}

const YEAR_2050 = Date.UTC(2050, 0, 1);

/** RFC 5280 §4.1.2.5: UTCTime through 2049, GeneralizedTime without fraction from 2050. */
export function parseValidityTime(node: DerNode): number {
  if (node.tag !== tag.utcTime && node.tag !== tag.generalizedTime) throw malformed('validity is not a time');
  const at = parseTime(node.tag, node.content);
  if (node.tag === tag.generalizedTime && (at < YEAR_2050 || node.content.length !== 15))
    throw malformed('validity in the wrong time type');
  return at;
}

function malformed(message: string): PkiError {
  return new PkiError('CERTIFICATE_MALFORMED', message, { entry: 'certificate' });
}
