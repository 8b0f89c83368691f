import { concatBytes } from '#shared/lib/concat-bytes';
import { DerReader } from '#shared/lib/der/der-reader';
import { type DerNode, requireSorted } from '#shared/lib/der/parse-der';
import { tag } from '#shared/lib/der/tag';
import { type Attribute, parseAttributes } from './attribute.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import { type CertificateList, parseCrl } from './crl.ts';
import { type HashName, parseHashAlgorithm } from './hash.ts';
import { oid } from './oid.ts';
import { PkiError } from './pki-error.ts';
import { parseSignatureScheme, type SignatureScheme } from './signature-scheme.ts';

/** The one SignerInfo of a SignedData; the signer is named by issuer and serial number. */
interface SignerInfo {
  /** Issuer name, DER. */
  readonly issuer: Uint8Array;
  readonly serial: bigint;
  readonly hash: HashName;
  readonly signedAttributes: readonly Attribute[];
  /** What the signature covers: the attributes as a SET OF (RFC 5652 §5.4). */
  readonly signedBytes: Uint8Array;
  readonly scheme: SignatureScheme;
  /** As in the CMS: ECDSA in DER form. */
  readonly signature: Uint8Array;
  readonly unsignedAttributes: readonly Attribute[];
}

/** A CMS SignedData with exactly one signer (RFC 5652 §5). */
export interface SignedData {
  readonly der: Uint8Array;
  /** Dotted OID of the encapsulated content type. */
  readonly contentType: string;
  /** `undefined` when the signature is detached. */
  readonly content: Uint8Array | undefined;
  readonly certificates: readonly Certificate[];
  readonly crls: readonly CertificateList[];
  readonly signer: SignerInfo;
}

/**
 * Parses a ContentInfo holding SignedData, in strict DER. `foreign` lets certificates, CRLs and unsigned attributes
 * stand in any order, and an RSA signer name its digest a second time, as some time-stamp services do; only code that
 * writes the token anew may ask for it.
 * @throws DerError, PkiError CMS_MALFORMED, CMS_UNSUPPORTED and those of its parts
 */
export function parseSignedData(der: Uint8Array, { foreign = false } = {}): SignedData {
  const info = DerReader.of(der, 'CMS');
  if (info.oid() !== oid.signedData) throw new PkiError('CMS_UNSUPPORTED', 'not a SignedData');
  const wrapper = info.enter(tag.constructed(0));
  info.end();
  const reader = wrapper.enter();
  wrapper.end();
  const version = reader.number();
  const digestAlgorithms = reader.next(tag.set).children.map(parseHashAlgorithm);
  const encapsulated = parseEncapsulated(reader.enter());
  const set = (n: number) => {
    const children = reader.optional(tag.constructed(n))?.children ?? [];
    if (!foreign) requireSorted(children);
    return children;
  };
  const certificates = set(0).map((node) => parseCertificate(node.der));
  const crls = set(1).map((node) => parseCrl(node.der));
  const [only, ...others] = reader.next(tag.set).children;
  reader.end();
  if (only === undefined || others.length > 0)
    throw new PkiError('CMS_UNSUPPORTED', 'not exactly one signer');
  const signer = parseSignerInfo(only, foreign);
  if (version !== (encapsulated.contentType === oid.data ? 1 : 3))
    throw new PkiError('CMS_MALFORMED', 'version does not fit the content type');
  if (digestAlgorithms.length !== 1 || digestAlgorithms[0] !== signer.hash)
    throw new PkiError('CMS_MALFORMED', 'digest algorithms do not fit the signer');
  return { der: new Uint8Array(der), ...encapsulated, certificates, crls, signer };
}

function parseEncapsulated(reader: DerReader): { contentType: string; content: Uint8Array | undefined } {
  const contentType = reader.oid();
  const wrapper = reader.optional(tag.constructed(0));
  reader.end();
  if (wrapper === undefined) return { contentType, content: undefined };
  const inner = new DerReader(wrapper, 'CMS content');
  const content = inner.octets();
  inner.end();
  return { contentType, content };
}

function parseSignerInfo(node: DerNode, foreign: boolean): SignerInfo {
  const reader = DerReader.over(node, 'signer info');
  if (reader.number() !== 1)
    throw new PkiError('CMS_UNSUPPORTED', 'signer is not named by issuer and serial');
  const identifier = reader.enter();
  const issuer = identifier.next(tag.sequence).der;
  const serial = identifier.integer();
  identifier.end();
  const hash = parseHashAlgorithm(reader.next(tag.sequence));
  const signed = reader.next(tag.constructed(0));
  requireSorted(signed.children);
  const scheme = parseSignatureScheme(reader.next(tag.sequence));
  if (scheme.hash !== undefined && scheme.hash !== hash)
    throw new PkiError('ALGORITHM_MISMATCH', 'signature and digest algorithm of the signer differ');
  // Nothing signs this field: with two spellings of one meaning a changed byte would go unnoticed.
  if (scheme.family === 'rsa' && scheme.hash !== undefined && !foreign)
    throw new PkiError('CMS_UNSUPPORTED', 'RSA signer is not written as rsaEncryption (RFC 5754 §3.2)');
  const signature = reader.octets();
  const unsigned = reader.optional(tag.constructed(1))?.children ?? [];
  if (!foreign) requireSorted(unsigned);
  reader.end();
  return {
    issuer,
    serial,
    hash,
    signedAttributes: parseAttributes(signed.children),
    signedBytes: concatBytes(Uint8Array.of(tag.set), signed.der.subarray(1)),
    scheme: { ...scheme, hash },
    signature,
    unsignedAttributes: parseAttributes(unsigned),
  };
}
