import { DerReader } from '#shared/lib/der/der-reader';
import { encodeNull, encodeObjectIdentifier, encodeSequence } from '#shared/lib/der/encode-der';
import type { DerNode } from '#shared/lib/der/parse-der';
import { parseTime } from '#shared/lib/der/parse-time';
import { tag } from '#shared/lib/der/tag';
import { equalBytes } from '#shared/lib/equal-bytes';
import { type Certificate, parseCertificate } from './certificate.ts';
import { parseExtensions } from './extension.ts';
import { type HashName, parseHashAlgorithm } from './hash.ts';
import { oid } from './oid.ts';
import { PkiError } from './pki-error.ts';
import { parseSignatureScheme, type SignatureScheme } from './signature-scheme.ts';

/** A basic OCSP answer about one certificate (RFC 6960 §4.2.1), parsed but not verified. */
export interface OcspResponse {
  readonly der: Uint8Array;
  readonly tbs: Uint8Array;
  /** Name of the responder, DER, or the SHA-1 of its key bits. */
  readonly responder: { readonly name: Uint8Array } | { readonly keyHash: Uint8Array };
  /** UTC milliseconds, whole seconds. */
  readonly producedAt: number;
  readonly certId: OcspCertId;
  readonly status: 'good' | 'unknown' | { readonly revokedAt: number };
  readonly thisUpdate: number;
  readonly nextUpdate: number | undefined;
  readonly scheme: SignatureScheme;
  readonly signature: Uint8Array;
  readonly certificates: readonly Certificate[];
}

/** Which certificate the answer is about. The key hash is over the issuer's key bits without tag, length, unused bits. */
export interface OcspCertId {
  /** SHA-1 is what most responders answer with; here it only tells certificates apart. */
  readonly hash: HashName | 'sha1';
  readonly issuerNameHash: Uint8Array;
  readonly issuerKeyHash: Uint8Array;
  readonly serial: bigint;
}

/**
 * Parses a successful OCSPResponse with one single answer, in strict DER.
 * @throws DerError, PkiError OCSP_REFUSED (another status), OCSP_MALFORMED, EXTENSION_UNSUPPORTED
 */
export function parseOcspResponse(der: Uint8Array): OcspResponse {
  const outer = DerReader.of(der, 'OCSP response');
  const [status] = outer.next(tag.enumerated).content;
  if (status !== 0) throw new PkiError('OCSP_REFUSED', `OCSP status ${status}`, { entry: 'OCSP response' });
  const wrapper = outer.enter(tag.constructed(0));
  outer.end();
  const bytes = wrapper.enter();
  wrapper.end();
  if (bytes.oid() !== oid.ocspBasic) throw malformed('not a basic response');
  const basic = bytes.octets();
  bytes.end();
  const reader = DerReader.of(basic, 'OCSP response');
  const tbs = reader.next(tag.sequence);
  const scheme = parseSignatureScheme(reader.next(tag.sequence));
  const signature = reader.bitOctets();
  const certificates = reader.optional(tag.constructed(0));
  reader.end();
  return {
    der: new Uint8Array(der),
    tbs: tbs.der,
    ...parseResponseData(tbs),
    scheme,
    signature,
    certificates: certificates === undefined ? [] : parseCertificates(certificates),
  };
}

function parseCertificates(wrapper: DerNode): readonly Certificate[] {
  const reader = new DerReader(wrapper, 'OCSP certificates');
  const list = reader.next(tag.sequence).children;
  reader.end();
  if (list.length === 0) throw malformed('empty list of certificates');
  return list.map((node) => parseCertificate(node.der));
}

function parseResponseData(
  tbs: DerNode,
): Pick<OcspResponse, 'responder' | 'producedAt' | 'certId' | 'status' | 'thisUpdate' | 'nextUpdate'> {
  const reader = DerReader.over(tbs, 'OCSP response');
  const responder = parseResponder(reader.any());
  const producedAt = wholeSecond(reader.next(tag.generalizedTime));
  const list = reader.enter();
  const single = list.enter();
  if (list.more) throw malformed('more than one answer');
  refuseCritical(reader.optional(tag.constructed(1)));
  reader.end();
  const certId = parseCertId(single.enter());
  const status = parseStatus(single.any());
  const thisUpdate = wholeSecond(single.next(tag.generalizedTime));
  const next = single.optional(tag.constructed(0));
  refuseCritical(single.optional(tag.constructed(1)));
  single.end();
  return { responder, producedAt, certId, status, thisUpdate, nextUpdate: next && explicitTime(next) };
}

function parseResponder(node: DerNode): OcspResponse['responder'] {
  const reader = new DerReader(node, 'OCSP responder');
  const responder =
    node.tag === tag.constructed(1)
      ? { name: reader.next(tag.sequence).der }
      : node.tag === tag.constructed(2)
        ? { keyHash: reader.octets() }
        : undefined;
  if (responder === undefined) throw malformed('responder');
  reader.end();
  return responder;
}

const sha1Identifiers = [[], [encodeNull()]].map((parameters) =>
  encodeSequence(encodeObjectIdentifier(oid.sha1), ...parameters),
);

/** Reads a CertID (RFC 6960 §4.1.1) whose children `reader` walks. */
export function parseCertId(reader: DerReader): OcspCertId {
  const algorithm = reader.next(tag.sequence);
  const hash = sha1Identifiers.some((der) => equalBytes(der, algorithm.der))
    ? 'sha1'
    : parseHashAlgorithm(algorithm);
  const id: OcspCertId = {
    hash,
    issuerNameHash: reader.octets(),
    issuerKeyHash: reader.octets(),
    serial: reader.integer(),
  };
  reader.end();
  return id;
}

function parseStatus(node: DerNode): OcspResponse['status'] {
  if (node.tag === tag.primitive(0) && node.content.length === 0) return 'good';
  if (node.tag === tag.primitive(2) && node.content.length === 0) return 'unknown';
  if (node.tag !== tag.constructed(1)) throw malformed('certificate status');
  const reader = new DerReader(node, 'OCSP status');
  const revokedAt = wholeSecond(reader.next(tag.generalizedTime));
  reader.optional(tag.constructed(0));
  reader.end();
  return { revokedAt };
}

/** RFC 6960 §4.2.2.1 with RFC 5280 §4.1.2.5.2: no fraction. */
function wholeSecond(node: DerNode): number {
  if (node.content.length !== 15) throw malformed('time with a fraction');
  return parseTime(tag.generalizedTime, node.content);
}

function explicitTime(node: DerNode): number {
  const reader = new DerReader(node, 'OCSP response');
  const at = wholeSecond(reader.next(tag.generalizedTime));
  reader.end();
  return at;
}

function refuseCritical(node: DerNode | undefined): void {
  const [list] = node?.children ?? [];
  if (list !== undefined && parseExtensions(list).some(({ critical }) => critical))
    throw new PkiError('EXTENSION_UNSUPPORTED', 'critical extension of an OCSP response');
}

function malformed(what: string): PkiError {
  return new PkiError('OCSP_MALFORMED', `OCSP response: ${what}`, { entry: 'OCSP response' });
}
