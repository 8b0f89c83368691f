import type { SignatureAlgorithm } from '#shared/lib/port';
import { requestTimeStamp } from '#shared/pki/request-time-stamp';
import { nodePorts } from '../store/node-ports.ts';
import type { CertificateStatus } from './certificate-status.ts';
import { openSigning, type SigningOptions } from './open-signing.ts';
import { randomNonce } from './random-nonce.ts';
import { openSm2Key, type Sm2Signer } from './sm2-key.ts';
import { respondToTimeStampRequest } from './time-stamp-responder.ts';
import { type TimeStampServiceOptions, timeStampService } from './time-stamp-service.ts';
import { openTrialIdentities, signerOf, type TrialIdentities } from './trial-identity.ts';

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
export interface Trust extends CertificateStatus {
  readonly organisation: string;
  /** Whether the signing certificate comes from this installation's own trial authority. */
  readonly selfIssued: boolean;
  /** Root of the signer, DER. */
  readonly ca: Uint8Array;
  readonly signer: Signer;
  readonly authorities: readonly TimeStampAuthority[];
  /** How many of them must stamp each seal. */
  readonly requiredTimeStamps: number;
  /** Signs with SM2 beside `signer`, where the operator has such a key. */
  readonly sm2?: Sm2Signer;
  /** Answers a TimeStampReq (DER) as the built-in TSA; RFC 3161 §3.4 carries both over HTTP. */
  respondToTimeStampRequest(request: Uint8Array): Promise<Uint8Array>;
  /** Logs out of the token. */
  close(): Promise<void>;
}

export interface TrustOptions {
  /** Name written into the certificates when they are first made. */
  readonly organisation: string;
  now(): Date;
  /** The signing key and its certificate, where they are not the built-in ones. */
  readonly signing?: SigningOptions;
  /** Time-stamp services used instead of the built-in TSA, in this order; none: the built-in one. */
  readonly timeStampServices?: readonly TimeStampServiceOptions[];
  /** How many of them must stamp each seal; 1 unless told. */
  readonly requiredTimeStamps?: number;
  /** PEM file of an SM2 key. */
  readonly sm2KeyFile?: string;
}

/**
 * Opens keys and certificates. The embedded trial authority in `dir` is made on first start, durably.
 * @throws TrustError, StoreError
 */
export async function openTrust(dir: string, options: TrustOptions): Promise<Trust> {
  const now = () => options.now().getTime();
  const names = { organisation: options.organisation, nowMs: now() };
  const identities = await openTrialIdentities(dir, names);
  const signing = await openSigning(dir, identities, { ...options.signing, ...names, now });
  const tsa = builtInTsa(identities, options);
  const sm2 = options.sm2KeyFile === undefined ? undefined : await openSm2Key(options.sm2KeyFile);
  const services = (options.timeStampServices ?? []).map(timeStampService);
  return {
    organisation: options.organisation,
    selfIssued: signing.selfIssued,
    ca: signing.signer.chain.at(-1) ?? signing.signer.certificate,
    ...signing.status,
    signer: signing.signer,
    authorities: services.length > 0 ? services : [tsa.authority],
    requiredTimeStamps: services.length > 0 ? (options.requiredTimeStamps ?? 1) : 1,
    ...(sm2 === undefined ? {} : { sm2 }),
    respondToTimeStampRequest: tsa.respond,
    close: signing.close,
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
      stamp: (digest) =>
        requestTimeStamp(nodePorts, { digest, nonce: randomNonce(), anchors: [tsaCa.certificate] }, respond),
    },
  };
}
