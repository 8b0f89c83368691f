/** Whoever says that the signing certificate is good: the authority that issued it. */
export interface CertificateStatus {
  /** Of the OCSP responder, DER, where it is known before it has answered. */
  readonly ocspCertificate: Uint8Array | undefined;
  /**
   * OCSPResponse (DER) about a certificate of this authority, produced now and not before the second of `since`
   * (UTC ms).
   * @throws TrustError NOT_ISSUED_HERE, CLOCK_BEHIND, STATUS_UNAVAILABLE, CERTIFICATE_REVOKED
   */
  ocsp(certificateDer: Uint8Array, since?: number): Promise<Uint8Array>;
  /** Answers an OCSPRequest (DER); RFC 6960 appendix A carries both over HTTP. */
  respondToOcspRequest(request: Uint8Array): Promise<Uint8Array>;
  /**
   * CRL (DER) of the signing certificate's issuer, valid now.
   * @throws TrustError STATUS_UNAVAILABLE, CERTIFICATE_REVOKED
   */
  crl(): Promise<Uint8Array>;
}
