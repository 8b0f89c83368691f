import { toBase64 } from '#shared/lib/base64';
import { fromHex } from '#shared/lib/hex';
import type { SignatureAlgorithm } from '#shared/lib/port';
import { type Sha256, sha256 } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { mediaTypeOf } from './media-type.ts';
import { isMemberPath } from './package-member.ts';
import { XadesError } from './xades-error.ts';

/** A signed file: member path of the package and its digest. */
export interface XadesFile {
  readonly name: string;
  readonly sha256: Sha256;
}

/** Everything our XAdES document says; the text follows from it byte for byte. */
export interface XadesContent {
  readonly files: readonly XadesFile[];
  readonly algorithm: SignatureAlgorithm;
  /** Signer's certificate, DER. */
  readonly certificate: Uint8Array;
  /** UTC milliseconds, whole seconds. */
  readonly signingTime: number;
  /** ECDSA as raw r‖s (XML Signature 1.1 §6.4.3). */
  readonly signatureValue: Uint8Array;
  /** RFC 3161 token (CMS ContentInfo, without the response around it). */
  readonly timeStamp: Uint8Array;
  /** Issuers of the signer's certificate, DER. */
  readonly chain: readonly Uint8Array[];
  /** OCSPResponse, DER. */
  readonly ocsp: Uint8Array;
}

const DS = ' xmlns:ds="http://www.w3.org/2000/09/xmldsig#"';
const XADES = ' xmlns:xades="http://uri.etsi.org/01903/v1.3.2#"';
const ASIC = ' xmlns:asic="http://uri.etsi.org/02918/v1.2.1#"';
const EXCLUSIVE_C14N = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256';

/** XML Signature algorithm identifiers (RFC 9231 §2.3) of what this form can carry. */
export const xadesAlgorithms: Readonly<Partial<Record<SignatureAlgorithm, string>>> = {
  'ecdsa-p256-sha256': 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256',
  'ecdsa-p384-sha384': 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384',
  'rsa-pkcs1-sha256': 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
};

/**
 * The canonical fragments below are written the way Exclusive XML Canonicalization would write them, namespace
 * declarations included, so that each is at once a literal part of the document and what is hashed: no XML library
 * stands between the signature and its bytes.
 */
function element(name: string, attributes: string, ...content: readonly string[]): string {
  return `<${name}${attributes}>${content.join('')}</${name}>`;
}

const digestMethod = (namespace: string) => element('ds:DigestMethod', `${namespace} Algorithm="${SHA256}"`);
const digestValue = (namespace: string, digest: Uint8Array) =>
  element('ds:DigestValue', namespace, toBase64(digest));

/** `ds:SignedInfo`, canonical: what the signature covers. @throws XadesError XADES_ALGORITHM, PATH_NOT_ALLOWED */
export function signedInfo(
  content: Pick<XadesContent, 'files' | 'algorithm' | 'certificate' | 'signingTime'>,
): string {
  const method = xadesAlgorithms[content.algorithm];
  if (method === undefined)
    throw new XadesError('XADES_ALGORITHM', `no XML signature method for ${content.algorithm}`);
  const properties = sha256(toUtf8(signedProperties(content)));
  return element(
    'ds:SignedInfo',
    DS,
    element('ds:CanonicalizationMethod', ` Algorithm="${EXCLUSIVE_C14N}"`),
    element('ds:SignatureMethod', ` Algorithm="${method}"`),
    ...content.files.map(fileReference),
    element(
      'ds:Reference',
      ' Type="http://uri.etsi.org/01903#SignedProperties" URI="#S0-SignedProperties"',
      element('ds:Transforms', '', element('ds:Transform', ` Algorithm="${EXCLUSIVE_C14N}"`)),
      digestMethod(''),
      digestValue('', properties),
    ),
  );
}

/** A relative reference without fragment; member paths need no escaping. */
function fileReference({ name, sha256: digest }: XadesFile, index: number): string {
  if (!isMemberPath(name))
    throw new XadesError('PATH_NOT_ALLOWED', `"${name}" cannot be a package member`, { entry: name });
  const attributes = ` Id="S0-R${index}" URI="${name}"`;
  return element('ds:Reference', attributes, digestMethod(''), digestValue('', fromHex(digest)));
}

/** `xades:SignedProperties` (EN 319 132-1 §4.3), canonical. */
function signedProperties({
  files,
  certificate,
  signingTime,
}: Pick<XadesContent, 'files' | 'certificate' | 'signingTime'>): string {
  const certDigest = element('xades:CertDigest', '', digestMethod(DS), digestValue(DS, sha256(certificate)));
  const formats = files.map(({ name }, index) =>
    element(
      'xades:DataObjectFormat',
      ` ObjectReference="#S0-R${index}"`,
      element('xades:MimeType', '', mediaTypeOf(name)),
    ),
  );
  return element(
    'xades:SignedProperties',
    `${XADES} Id="S0-SignedProperties"`,
    element(
      'xades:SignedSignatureProperties',
      '',
      element('xades:SigningTime', '', new Date(signingTime).toISOString().replace('.000Z', 'Z')),
      element('xades:SigningCertificateV2', '', element('xades:Cert', '', certDigest)),
    ),
    element('xades:SignedDataObjectProperties', '', ...formats),
  );
}

/** `ds:SignatureValue`, canonical: what the signature time-stamp covers (EN 319 132-1 §5.3). */
export function signatureValueElement(signatureValue: Uint8Array): string {
  return element('ds:SignatureValue', `${DS} Id="S0-SIG"`, toBase64(signatureValue));
}

/** The whole `META-INF/signatures001.xml`. @throws XadesError XADES_ALGORITHM, PATH_NOT_ALLOWED */
export function xadesDocument(content: XadesContent): string {
  const x509 = element('ds:X509Certificate', '', toBase64(content.certificate));
  const signature = element(
    'ds:Signature',
    `${DS} Id="S0"`,
    signedInfo(content),
    signatureValueElement(content.signatureValue),
    element('ds:KeyInfo', '', element('ds:X509Data', '', x509)),
    element(
      'ds:Object',
      '',
      element(
        'xades:QualifyingProperties',
        `${XADES} Target="#S0"`,
        signedProperties(content),
        unsignedProperties(content),
      ),
    ),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('asic:XAdESSignatures', ASIC, signature)}\n`;
}

function unsignedProperties({ timeStamp, chain, ocsp }: XadesContent): string {
  const certificates = chain.map((certificate) =>
    element('xades:EncapsulatedX509Certificate', '', toBase64(certificate)),
  );
  return element(
    'xades:UnsignedProperties',
    '',
    element(
      'xades:UnsignedSignatureProperties',
      '',
      element(
        'xades:SignatureTimeStamp',
        '',
        element('ds:CanonicalizationMethod', ` Algorithm="${EXCLUSIVE_C14N}"`),
        element('xades:EncapsulatedTimeStamp', '', toBase64(timeStamp)),
      ),
      element('xades:CertificateValues', '', ...certificates),
      element(
        'xades:RevocationValues',
        '',
        element('xades:OCSPValues', '', element('xades:EncapsulatedOCSPValue', '', toBase64(ocsp))),
      ),
    ),
  );
}
