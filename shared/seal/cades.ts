import { sha256 } from '#shared/lib/sha256';
import { encodeAttribute } from '#shared/pki/attribute';
import { buildSignedData, type CertificateSigner } from '#shared/pki/build-signed-data';
import { oid } from '#shared/pki/oid';
import { parseTimeStampResponse } from '#shared/pki/time-stamp-response';

/** Gives a TimeStampResp (DER) over a SHA-256 digest. */
export type StampDigest = (digest: Uint8Array) => Promise<Uint8Array>;

export interface CadesInput {
  readonly content: Uint8Array;
  readonly signer: CertificateSigner;
  /** Issuers of the signer's certificate, up to and including the root; DER. */
  readonly chain: readonly Uint8Array[];
  /** CRL of the signer's issuer, DER. */
  readonly crl: Uint8Array;
  /** Claimed by the signer, UTC milliseconds; the proof of time is the time-stamp. `undefined` leaves it out. */
  readonly signingTime: number | undefined;
  readonly stamp: StampDigest;
}

/**
 * Detached CAdES signature of level T (ETSI EN 319 122-1 §6) in DER: signing-certificate-v2, embedded certificates
 * and CRL, and an RFC 3161 time-stamp over the signature value.
 * @throws what `signer.sign` and `stamp` throw; PkiError, DerError when the time-stamp response is not a token
 */
export async function buildCades(input: CadesInput): Promise<Uint8Array> {
  const { content, signer, chain, crl, signingTime, stamp } = input;
  return buildSignedData({
    contentType: oid.data,
    content,
    detached: true,
    signer,
    certificates: [signer.certificate, ...chain],
    crls: [crl],
    ...(signingTime === undefined ? {} : { signingTime }),
    unsignedAttributes: async (signature) => {
      const { token } = parseTimeStampResponse(await stamp(sha256(signature)));
      return [encodeAttribute(oid.signatureTimeStamp, token)];
    },
  });
}
