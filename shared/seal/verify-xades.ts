import type { Ports } from '#shared/lib/port';
import { sha256 } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { type Certificate, parseCertificate } from '#shared/pki/certificate';
import { verifySignerPath } from '#shared/pki/embedded-certificates';
import { PkiError } from '#shared/pki/pki-error';
import { verifyOcsp } from '#shared/pki/verify-ocsp';
import { type VerifiedTimeStamp, verifyTimeStampToken } from '#shared/pki/verify-time-stamp';
import { parseXades } from './parse-xades.ts';
import { XadesError } from './xades-error.ts';
import { signatureValueElement, signedInfo, type XadesFile } from './xades-form.ts';

/** A verified XAdES signature of level LT. */
export interface VerifiedXades {
  readonly signer: Certificate;
  /** The user's anchor the signer's chain ends in; `undefined` when none were given. */
  readonly anchor: Certificate | undefined;
  readonly timeStamp: VerifiedTimeStamp;
  /** When the OCSP answer was made, UTC milliseconds, whole seconds. */
  readonly ocspProducedAt: number;
  /** Claimed by the signer, UTC milliseconds. */
  readonly signingTime: number;
}

/**
 * Verifies a `signatures001.xml` of our form: it signs exactly `files`, in any order; signature, time-stamp over the
 * signature value, chain judged at its genTime, and an OCSP answer not older than the time-stamp.
 * Without `anchors` only the embedded chains are checked.
 * @throws XadesError, PkiError, DerError
 */
export async function verifyXades(
  ports: Ports,
  bytes: Uint8Array,
  files: readonly XadesFile[],
  { anchors }: { anchors?: readonly Certificate[] } = {},
): Promise<VerifiedXades> {
  const content = parseXades(bytes);
  requireSameFiles(content.files, files);
  const signer = parseCertificate(content.certificate);
  const valid = await ports.verifySignature({
    algorithm: content.algorithm,
    publicKey: signer.publicKey,
    data: toUtf8(signedInfo(content)),
    signature: content.signatureValue,
  });
  if (!valid)
    throw new PkiError('SIGNATURE_INVALID', 'XAdES signature is wrong', { entry: 'ds:SignatureValue' });
  const digest = sha256(toUtf8(signatureValueElement(content.signatureValue)));
  const expectation = anchors === undefined ? { digest } : { digest, anchors };
  const timeStamp = await verifyTimeStampToken(ports, content.timeStamp, expectation);
  const issuers = content.chain.map(parseCertificate);
  const { chain, anchor } = await verifySignerPath(ports, signer, [signer, ...issuers], {
    anchors,
    at: timeStamp.genTime,
    purpose: 'signing',
  });
  const issuer = chain[1] ?? signer;
  const since = timeStamp.genTime;
  const { producedAt } = await verifyOcsp(ports, content.ocsp, { certificate: signer, issuer, since });
  return { signer, anchor, timeStamp, ocspProducedAt: producedAt, signingTime: content.signingTime };
}

function requireSameFiles(signed: readonly XadesFile[], present: readonly XadesFile[]): void {
  const digests = new Map(signed.map(({ name, sha256: digest }) => [name, digest]));
  if (digests.size !== signed.length || signed.length !== present.length)
    throw new XadesError('XADES_FILES_DIFFER', 'signed files are not the files of the package');
  for (const { name, sha256: digest } of present) {
    const found = digests.get(name);
    if (found === undefined)
      throw new XadesError('XADES_FILES_DIFFER', `"${name}" is not signed`, { entry: name });
    if (found !== digest)
      throw new XadesError('XADES_DIGEST_MISMATCH', `"${name}" is not what was signed`, { entry: name });
  }
}
