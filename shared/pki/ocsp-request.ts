import { DerReader } from '#shared/lib/der/der-reader';
import { tag } from '#shared/lib/der/tag';
import { type OcspCertId, parseCertId } from './ocsp.ts';
import { PkiError } from './pki-error.ts';

/** A question about one certificate (RFC 6960 §4.1.1). */
export interface OcspRequest {
  readonly certId: OcspCertId;
  /** The CertID as asked, DER: the answer repeats it, whatever digest it uses. */
  readonly certIdDer: Uint8Array;
}

/**
 * Parses an OCSPRequest about one single certificate, in strict DER. Requestor name, extensions (a nonce) and the
 * optional signature are read over: the answer is the same for everybody.
 * @throws DerError, PkiError OCSP_MALFORMED when it asks about several, ALGORITHM_UNSUPPORTED
 */
export function parseOcspRequest(der: Uint8Array): OcspRequest {
  const outer = DerReader.of(der, 'OCSP request');
  const request = outer.enter();
  outer.optional(tag.constructed(0));
  outer.end();
  request.optional(tag.constructed(0));
  request.optional(tag.constructed(1));
  const list = request.enter();
  request.optional(tag.constructed(2));
  request.end();
  const single = list.enter();
  if (list.more)
    throw new PkiError('OCSP_MALFORMED', 'asks about several certificates', { entry: 'OCSP request' });
  const certId = single.next(tag.sequence);
  single.optional(tag.constructed(0));
  single.end();
  return {
    certId: parseCertId(new DerReader(certId, 'OCSP request')),
    certIdDer: new Uint8Array(certId.der),
  };
}
