import { equalBytes } from '#shared/lib/equal-bytes';
import { buildCrl } from '#shared/pki/build-crl';
import { buildOcspResponse } from '#shared/pki/build-ocsp-response';
import { type Certificate, parseCertificate } from '#shared/pki/certificate';
import type { CertificateStatus } from './certificate-status.ts';
import { respondToOcspRequest } from './ocsp-responder.ts';
import { type Identity, signerOf } from './trial-identity.ts';
import { TrustError } from './trust-error.ts';
import { untilSecond } from './until-second.ts';

const DAY = 86_400_000;
/** The CRL is embedded in signatures that are read for years; nobody fetches it from here. */
const CRL_VALIDITY = 365 * DAY;
const OCSP_VALIDITY = 7 * DAY;

/** The built-in authority about itself: nothing it issued is revoked. */
export function builtInStatus(
  { ca, ocsp, signer }: { ca: Identity; ocsp: Identity; signer: Uint8Array },
  now: () => number,
): CertificateStatus {
  const issued: readonly Certificate[] = [parseCertificate(signer), ocsp.certificate];
  const answer = () => ({
    issuer: ca.certificate,
    producedAt: now(),
    nextUpdate: now() + OCSP_VALIDITY,
    responder: signerOf(ocsp),
  });
  return {
    ocspCertificate: ocsp.certificate.der,
    async ocsp(certificateDer, since = 0) {
      const certificate = issued.find(({ der }) => equalBytes(der, certificateDer));
      if (certificate === undefined)
        throw new TrustError('NOT_ISSUED_HERE', 'certificate of another authority', { entry: 'certificate' });
      await untilSecond(now, since);
      return buildOcspResponse({ ...answer(), certificate, status: 'good' });
    },
    respondToOcspRequest: (request) => respondToOcspRequest(request, { ...answer(), issued }),
    crl: () =>
      buildCrl(
        {
          issuer: ca.certificate,
          number: BigInt(now()),
          thisUpdate: now(),
          nextUpdate: now() + CRL_VALIDITY,
          revoked: [],
        },
        ca.key,
      ),
  };
}
