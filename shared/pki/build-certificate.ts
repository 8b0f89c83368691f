import {
  encodeBitString,
  encodeBoolean,
  encodeElement,
  encodeExplicit,
  encodeGeneralizedTime,
  encodeInteger,
  encodeNull,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
  encodeUtcTime,
} from '#shared/lib/der/encode-der';
import { tag } from '#shared/lib/der/tag';
import type { SignatureAlgorithm } from '#shared/lib/port';
import { sha256 } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { encodeKeyUsage, type KeyUsage } from './key-usage.ts';
import { oid } from './oid.ts';
import { keyBitsOf } from './public-key.ts';
import { encodeSignatureAlgorithm, encodeSignatureValue } from './signature-scheme.ts';

/** A private key somewhere else; ECDSA signatures as raw r‖s. */
export interface SigningKey {
  readonly algorithm: SignatureAlgorithm;
  sign(data: Uint8Array): Promise<Uint8Array>;
}

export interface CertificateInput {
  /** Positive, below 2^159. */
  readonly serial: bigint;
  /** Names, DER. */
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  /** UTC milliseconds; cut to whole seconds. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** SubjectPublicKeyInfo, DER; of the subject and of the issuer. */
  readonly publicKey: Uint8Array;
  readonly issuerPublicKey: Uint8Array;
  /** Present for a certificate authority: how many authorities may follow below it. */
  readonly pathLength?: number;
  readonly keyUsage: readonly KeyUsage[];
  /** Dotted OIDs. Critical when it is time-stamping (RFC 3161 §2.3). */
  readonly extKeyUsage?: readonly string[];
  /** Adds id-pkix-ocsp-nocheck (RFC 6960 §4.2.2.2.1). */
  readonly ocspNoCheck?: boolean;
  /** Dotted OIDs of certificate policies. */
  readonly policies?: readonly string[];
  /** Host names in ASCII, and addresses of 4 or 16 octets (RFC 5280 §4.2.1.6). */
  readonly subjectAltNames?: readonly ({ readonly dns: string } | { readonly ip: Uint8Array })[];
}

/** Builds and signs an X.509 version 3 certificate in DER. @throws DerError for values that cannot be encoded */
export async function buildCertificate(input: CertificateInput, issuerKey: SigningKey): Promise<Uint8Array> {
  const algorithm = encodeSignatureAlgorithm(issuerKey.algorithm);
  const tbs = encodeSequence(
    encodeExplicit(0, encodeInteger(2)),
    encodeInteger(input.serial),
    algorithm,
    input.issuer,
    encodeSequence(encodeTime(input.notBefore), encodeTime(input.notAfter)),
    input.subject,
    input.publicKey,
    encodeExplicit(3, encodeSequence(...extensionsOf(input))),
  );
  return signedSequence(tbs, issuerKey);
}

/** `SEQUENCE {tbs, algorithm, signature}`: the frame of certificates, CRLs and OCSP answers. */
export async function signedSequence(
  tbs: Uint8Array,
  key: SigningKey,
  ...behind: readonly Uint8Array[]
): Promise<Uint8Array> {
  const signature = encodeSignatureValue(key.algorithm, await key.sign(tbs));
  return encodeSequence(tbs, encodeSignatureAlgorithm(key.algorithm), encodeBitString(signature), ...behind);
}

/** Time: UTCTime through 2049, GeneralizedTime after; whole seconds (RFC 5280 §4.1.2.5, RFC 5652 §11.3). */
export function encodeTime(atMs: number): Uint8Array {
  const second = atMs - (atMs % 1000);
  return second < Date.UTC(2050, 0, 1) ? encodeUtcTime(second) : encodeGeneralizedTime(second);
}

/** Key identifier: leftmost 160 bits of SHA-256 over the key bits (RFC 7093 §2 (1)). */
function keyIdentifierOf(publicKey: Uint8Array): Uint8Array {
  return sha256(keyBitsOf(publicKey)).subarray(0, 20);
}

/** One extension; `value` is the whole DER of its type. */
export function encodeExtension(type: string, critical: boolean, value: Uint8Array): Uint8Array {
  return encodeSequence(
    encodeObjectIdentifier(type),
    ...(critical ? [encodeBoolean(true)] : []),
    encodeOctetString(value),
  );
}

/** AuthorityKeyIdentifier with the key identifier only. */
export function encodeAuthorityKeyId(issuerPublicKey: Uint8Array): Uint8Array {
  const id = encodeElement(tag.primitive(0), keyIdentifierOf(issuerPublicKey));
  return encodeExtension(oid.authorityKeyIdentifier, false, encodeSequence(id));
}

function extensionsOf(input: CertificateInput): readonly Uint8Array[] {
  const { pathLength, extKeyUsage, policies } = input;
  const constraints =
    pathLength === undefined
      ? encodeSequence()
      : encodeSequence(encodeBoolean(true), encodeInteger(pathLength));
  const purposes = extKeyUsage?.map(encodeObjectIdentifier) ?? [];
  const extensions = [
    encodeExtension(oid.basicConstraints, true, constraints),
    encodeExtension(oid.keyUsage, true, encodeKeyUsage(input.keyUsage)),
    encodeExtension(oid.subjectKeyIdentifier, false, encodeOctetString(keyIdentifierOf(input.publicKey))),
    encodeAuthorityKeyId(input.issuerPublicKey),
  ];
  if (purposes.length > 0) {
    const critical = extKeyUsage?.includes(oid.timeStamping) ?? false;
    extensions.push(encodeExtension(oid.extKeyUsage, critical, encodeSequence(...purposes)));
  }
  const names = input.subjectAltNames?.map(encodeGeneralName) ?? [];
  if (names.length > 0) extensions.push(encodeExtension(oid.subjectAltName, false, encodeSequence(...names)));
  if (input.ocspNoCheck) extensions.push(encodeExtension(oid.ocspNoCheck, false, encodeNull()));
  if (policies !== undefined)
    extensions.push(
      encodeExtension(
        oid.certificatePolicies,
        false,
        encodeSequence(...policies.map((policy) => encodeSequence(encodeObjectIdentifier(policy)))),
      ),
    );
  return extensions;
}

function encodeGeneralName(name: { readonly dns: string } | { readonly ip: Uint8Array }): Uint8Array {
  return 'dns' in name
    ? encodeElement(tag.primitive(2), toUtf8(name.dns))
    : encodeElement(tag.primitive(7), name.ip);
}
