import { sha1 } from '@noble/hashes/legacy.js';
import {
  encodeExplicit,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
} from '#shared/lib/der/encode-der';
import type { Certificate } from './certificate.ts';
import { oid } from './oid.ts';
import { keyBitsOf } from './public-key.ts';

/**
 * Builds an OCSPRequest about one certificate in DER (RFC 6960 §4.1.1). The CertID uses SHA-1, which every responder
 * reads; it only tells certificates apart. The nonce asks for an answer made now (RFC 8954 §2.1: 1 to 32 octets).
 */
export function buildOcspRequest(
  { certificate, issuer }: { certificate: Certificate; issuer: Certificate },
  nonce: Uint8Array,
): Uint8Array {
  const certId = encodeSequence(
    encodeSequence(encodeObjectIdentifier(oid.sha1)),
    encodeOctetString(sha1(issuer.subject.der)),
    encodeOctetString(sha1(keyBitsOf(issuer.publicKey))),
    encodeInteger(certificate.serial),
  );
  const extension = encodeSequence(
    encodeObjectIdentifier(oid.ocspNonce),
    encodeOctetString(encodeOctetString(nonce)),
  );
  const list = encodeSequence(encodeSequence(certId));
  return encodeSequence(encodeSequence(list, encodeExplicit(2, encodeSequence(extension))));
}
