import { equalBytes } from '#shared/lib/equal-bytes';
import type { SignatureAlgorithm } from '#shared/lib/port';
import { buildCrl } from '#shared/pki/build-crl';
import { buildOcspResponse } from '#shared/pki/build-ocsp-response';
import { respondToOcspRequest } from './ocsp-responder.ts';
import { requestTimeStamp } from './request-time-stamp.ts';
import { respondToTimeStampRequest } from './time-stamp-responder.ts';
import { type TimeStampServiceOptions, timeStampService } from './time-stamp-service.ts';
import { type Identity, openTrialIdentities, type TrialIdentities } from './trial-identity.ts';
import { TrustError } from './trust-error.ts';

/** The service's signing key with its certificate. */
export interface Signer {
  /** DER. */
  readonly certificate: Uint8Array;
  /** Issuers of `certificate`, up to and including the root; DER. */
  readonly chain: readonly Uint8Array[];
  readonly algorithm: SignatureAlgorithm;
  /** ECDSA as raw r‖s. */
  sign(data: Uint8Array): Promise<Uint8Array>;
}

/** A service that gives RFC 3161 time-stamps. */
export interface TimeStampAuthority {
  readonly name: string;
  /** Whether it is this service itself: its time then rests on the operator. */
  readonly selfIssued: boolean;
  /** What its tokens embed; DER. */
  readonly certificates: readonly Uint8Array[];
  /** Anchors its tokens are checked with; DER. */
  readonly roots: readonly Uint8Array[];
  /** TimeStampResp (DER) over a SHA-256 digest; nonce, imprint, signature and chain are already checked. */
  stamp(digest: Uint8Array): Promise<Uint8Array>;
}

/** Everything the service signs and states validity with. */
export interface Trust {
  readonly organisation: string;
  /** Whether the certificates come from this installation's own trial authority. */
  readonly selfIssued: boolean;
  /** Root of the signer, DER. */
  readonly ca: Uint8Array;
  /** DER. */
  readonly ocspCertificate: Uint8Array;
  readonly signer: Signer;
  readonly authorities: readonly TimeStampAuthority[];
  /**
   * OCSPResponse (DER) about a certificate of this authority, produced now.
   * @throws TrustError NOT_ISSUED_HERE
   */
  ocsp(certificateDer: Uint8Array): Promise<Uint8Array>;
  /** Answers an OCSPRequest (DER); RFC 6960 appendix A carries both over HTTP. */
  respondToOcspRequest(request: Uint8Array): Promise<Uint8Array>;
  /** CRL (DER) of the signer's authority, issued now. */
  crl(): Promise<Uint8Array>;
  /** Answers a TimeStampReq (DER) as the built-in TSA; RFC 3161 §3.4 carries both over HTTP. */
  respondToTimeStampRequest(request: Uint8Array): Promise<Uint8Array>;
}

export interface TrustOptions {
  /** Name written into the certificates when they are first made. */
  readonly organisation: string;
  now(): Date;
  /** Time-stamp services used instead of the built-in TSA, in this order; none: the built-in one. */
  readonly timeStampServices?: readonly TimeStampServiceOptions[];
}

const DAY = 86_400_000;
/** The CRL is embedded in signatures that are read for years; nobody fetches it from here. */
const CRL_VALIDITY = 365 * DAY;
const OCSP_VALIDITY = 7 * DAY;

/**
 * Opens the embedded trial authority in `dir`; on first start it makes all keys and certificates, durably.
 * @throws TrustError, StoreError
 */
export async function openTrust(dir: string, options: TrustOptions): Promise<Trust> {
  const nowMs = () => options.now().getTime();
  const identities = await openTrialIdentities(dir, { organisation: options.organisation, nowMs: nowMs() });
  const { ca, signer, ocsp } = identities;
  const tsa = builtInTsa(identities, options);
  const services = (options.timeStampServices ?? []).map(timeStampService);
  return {
    organisation: options.organisation,
    selfIssued: true,
    ca: ca.certificate.der,
    ocspCertificate: ocsp.certificate.der,
    signer: { ...signerOf(signer), chain: [ca.certificate.der] },
    authorities: services.length > 0 ? services : [tsa.authority],
    ocsp: async (certificateDer) => {
      const subject = [signer, ocsp].find(({ certificate }) => equalBytes(certificate.der, certificateDer));
      if (subject === undefined)
        throw new TrustError('NOT_ISSUED_HERE', 'certificate of another authority', { entry: 'certificate' });
      return buildOcspResponse({
        certificate: subject.certificate,
        issuer: ca.certificate,
        status: 'good',
        producedAt: nowMs(),
        nextUpdate: nowMs() + OCSP_VALIDITY,
        responder: signerOf(ocsp),
      });
    },
    respondToOcspRequest: (request) =>
      respondToOcspRequest(request, {
        issuer: ca.certificate,
        issued: [signer.certificate, ocsp.certificate],
        producedAt: nowMs(),
        nextUpdate: nowMs() + OCSP_VALIDITY,
        responder: signerOf(ocsp),
      }),
    crl: () =>
      buildCrl(
        {
          issuer: ca.certificate,
          number: BigInt(nowMs()),
          thisUpdate: nowMs(),
          nextUpdate: nowMs() + CRL_VALIDITY,
          revoked: [],
        },
        ca.key,
      ),
    respondToTimeStampRequest: tsa.respond,
  };
}

function builtInTsa(
  identities: TrialIdentities,
  { now }: TrustOptions,
): { authority: TimeStampAuthority; respond(request: Uint8Array): Promise<Uint8Array> } {
  const { tsa, 'tsa-ca': tsaCa } = identities;
  const certificates = [tsa.certificate.der, tsaCa.certificate.der];
  const respond = (request: Uint8Array) =>
    respondToTimeStampRequest(request, { signer: signerOf(tsa), certificates, now });
  return {
    respond,
    authority: {
      name: tsa.certificate.subject.commonName,
      selfIssued: true,
      certificates,
      roots: [tsaCa.certificate.der],
      stamp: (digest) => requestTimeStamp(digest, [tsaCa.certificate], respond),
    },
  };
}

function signerOf({ key, certificate }: Identity) {
  return { certificate: certificate.der, algorithm: key.algorithm, sign: key.sign };
}
