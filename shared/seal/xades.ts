import { sha256 } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import type { CertificateSigner } from '#shared/pki/build-signed-data';
import { parseTimeStampResponse } from '#shared/pki/time-stamp-response';
import type { StampDigest } from './cades.ts';
import { signatureValueElement, signedInfo, type XadesFile, xadesDocument } from './xades-form.ts';

export interface XadesInput {
  /** Every file of the package outside META-INF but `mimetype`, in the order they are to be listed. */
  readonly files: readonly XadesFile[];
  readonly signer: CertificateSigner;
  /** Issuers of the signer's certificate, up to and including the root; DER. */
  readonly chain: readonly Uint8Array[];
  /** Claimed by the signer, UTC milliseconds; cut to whole seconds. */
  readonly signingTime: number;
  /** Called once, with the digest of the signature value. */
  readonly stamp: StampDigest;
  /**
   * OCSPResponse (DER) about the signer, produced not before `genTime` (UTC ms) of the time-stamp; called after
   * `stamp` has answered.
   */
  readonly ocsp: (genTime: number) => Promise<Uint8Array>;
}

/**
 * `META-INF/signatures001.xml`: one XAdES signature of level LT (ETSI EN 319 132-1 §6) over `files`, with an RFC 3161
 * time-stamp over the signature value, the signer's chain, and an OCSP answer made after the time-stamp.
 * Works for keys of `xadesAlgorithms`.
 * @returns the document, UTF-8
 * @throws XadesError XADES_ALGORITHM, PATH_NOT_ALLOWED; PkiError, DerError for a response that is not a token; what
 * `signer.sign`, `stamp` and `ocsp` throw
 */
export async function buildXades(input: XadesInput): Promise<Uint8Array> {
  const { files, signer, chain } = input;
  const signed = {
    files,
    algorithm: signer.algorithm,
    certificate: signer.certificate,
    signingTime: input.signingTime - (input.signingTime % 1000),
  };
  const signatureValue = await signer.sign(toUtf8(signedInfo(signed)));
  const digest = sha256(toUtf8(signatureValueElement(signatureValue)));
  const { token, genTime } = parseTimeStampResponse(await input.stamp(digest));
  const ocsp = await input.ocsp(genTime);
  return toUtf8(xadesDocument({ ...signed, signatureValue, timeStamp: token, chain, ocsp }));
}
