import { encodeExplicit, encodeInteger, encodeSequence } from '#shared/lib/der/encode-der';
import {
  encodeAuthorityKeyId,
  encodeExtension,
  encodeTime,
  type SigningKey,
  signedSequence,
} from './build-certificate.ts';
import type { Certificate } from './certificate.ts';
import { oid } from './oid.ts';
import { encodeSignatureAlgorithm } from './signature-scheme.ts';

export interface CrlInput {
  readonly issuer: Certificate;
  /** Grows with every CRL of this issuer. */
  readonly number: bigint;
  /** UTC milliseconds. */
  readonly thisUpdate: number;
  readonly nextUpdate: number;
  readonly revoked: readonly { readonly serial: bigint; readonly at: number }[];
}

/** Builds and signs a version 2 CRL in DER (RFC 5280 §5.1). */
export async function buildCrl(input: CrlInput, key: SigningKey): Promise<Uint8Array> {
  const revoked = input.revoked.map(({ serial, at }) =>
    encodeSequence(encodeInteger(serial), encodeTime(at)),
  );
  const tbs = encodeSequence(
    encodeInteger(1),
    encodeSignatureAlgorithm(key.algorithm),
    input.issuer.subject.der,
    encodeTime(input.thisUpdate),
    encodeTime(input.nextUpdate),
    ...(revoked.length === 0 ? [] : [encodeSequence(...revoked)]),
    encodeExplicit(
      0,
      encodeSequence(
        encodeAuthorityKeyId(input.issuer.publicKey),
        encodeExtension(oid.crlNumber, false, encodeInteger(input.number)),
      ),
    ),
  );
  return signedSequence(tbs, key);
}
