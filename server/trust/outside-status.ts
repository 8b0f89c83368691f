import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { equalBytes } from '#shared/lib/equal-bytes';
import { CodedError } from '#shared/lib/errors';
import { fromUtf8 } from '#shared/lib/utf8';
import { buildOcspRequest } from '#shared/pki/build-ocsp-request';
import type { Certificate } from '#shared/pki/certificate';
import { type CertificateList, parseCrl, requireNotRevoked, verifyCrl } from '#shared/pki/crl';
import { parsePem } from '#shared/pki/pem';
import { PkiError } from '#shared/pki/pki-error';
import { verifyOcsp } from '#shared/pki/verify-ocsp';
import { nodePorts } from '../store/node-ports.ts';
import { askService, type Patience } from './ask-service.ts';
import type { CertificateStatus } from './certificate-status.ts';
import { refuseOcspRequest } from './ocsp-responder.ts';
import { TrustError } from './trust-error.ts';

/** Where the authority that issued the operator's certificate says what became of it. */
export interface StatusSources extends Patience {
  /** OCSP responder, over HTTP; it must answer freshly, not with an answer made hours ago. */
  readonly ocspUrl: string;
  /** URL or file of the CRL, DER or PEM. */
  readonly crl: string;
}

const MAX_OCSP = 65_536;
const MAX_CRL = 16 << 20;
/** A CRL is asked for again after this time, and used as long as it is valid. */
const CRL_AGE_MS = 3_600_000;
/** A responder whose clock is a little behind the time-stamp authority's catches up. */
const STALE_ATTEMPTS = 6;
const STALE_DELAY_MS = 1000;

const codes = { unreachable: 'STATUS_UNAVAILABLE', answer: 'STATUS_UNAVAILABLE' } as const;

/** Asks the authority of `certificate`, issued by `issuer`; its answers are verified before they are used. */
export function outsideStatus(
  subject: { certificate: Certificate; issuer: Certificate },
  sources: StatusSources,
  now: () => number,
): CertificateStatus {
  const crl = cachedCrl(subject, sources, now);
  return {
    ocspCertificate: undefined,
    async ocsp(certificateDer, since = 0) {
      if (!equalBytes(certificateDer, subject.certificate.der))
        throw new TrustError('NOT_ISSUED_HERE', 'not the signing certificate', { entry: 'certificate' });
      return freshOcsp(subject, sources, since);
    },
    // Others are answered by the authority itself.
    respondToOcspRequest: async () => refuseOcspRequest('unauthorized'),
    crl,
  };
}

type Subject = Parameters<typeof outsideStatus>[0];

async function freshOcsp(subject: Subject, sources: StatusSources, since: number): Promise<Uint8Array> {
  for (let attempt = 1; ; attempt++) {
    const answer = await askService({
      ...sources,
      ...{ name: 'the OCSP responder', url: sources.ocspUrl, maxBytes: MAX_OCSP, codes },
      accept: 'application/ocsp-response',
      body: {
        type: 'application/ocsp-request',
        bytes: buildOcspRequest(subject, new Uint8Array(randomBytes(16))),
      },
    });
    try {
      await verifyOcsp(nodePorts, answer, { ...subject, since });
      return answer;
    } catch (error) {
      const stale = error instanceof PkiError && error.code === 'STATUS_STALE';
      if (!stale || attempt >= STALE_ATTEMPTS) throw statusError(error, sources.ocspUrl);
      await sleep(STALE_DELAY_MS);
    }
  }
}

function cachedCrl(subject: Subject, sources: StatusSources, now: () => number): () => Promise<Uint8Array> {
  let held: CertificateList | undefined;
  let heldAt = Number.NEGATIVE_INFINITY;
  return async () => {
    if (held !== undefined && now() - heldAt < CRL_AGE_MS && now() < held.nextUpdate) return held.der;
    try {
      const list = parseCrl(await readCrl(sources));
      await verifyCrl(nodePorts, list, subject.issuer);
      if (list.thisUpdate > now() || list.nextUpdate <= now())
        throw new PkiError('STATUS_STALE', 'the CRL is not valid now', { entry: 'CRL' });
      requireNotRevoked(list, subject.certificate, now());
      [held, heldAt] = [list, now()];
      return list.der;
    } catch (error) {
      const fault = statusError(error, sources.crl);
      if (fault.code === 'CERTIFICATE_REVOKED' || held === undefined || held.nextUpdate <= now()) throw fault;
      return held.der;
    }
  };
}

async function readCrl(sources: StatusSources): Promise<Uint8Array> {
  const { crl } = sources;
  const bytes = /^https?:\/\//.test(crl)
    ? await askService({
        ...sources,
        ...{ name: 'the CRL', url: crl, maxBytes: MAX_CRL, codes, accept: 'application/pkix-crl' },
      })
    : await readCrlFile(crl);
  // 0x30 is the identifier of SEQUENCE: DER.
  if (bytes[0] === 0x30) return bytes;
  const [der] = parsePem(fromUtf8(bytes), 'X509 CRL');
  if (der === undefined) throw new TrustError('STATUS_UNAVAILABLE', `${crl} holds no CRL`, { entry: crl });
  return der;
}

async function readCrlFile(path: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (cause) {
    throw new TrustError('STATUS_UNAVAILABLE', `cannot read the CRL ${path}`, { entry: path, cause });
  }
}

function statusError(error: unknown, entry: string): TrustError {
  if (error instanceof TrustError) return error;
  if (!(error instanceof CodedError)) throw error;
  const revoked = error.code === 'REVOKED';
  return new TrustError(
    revoked ? 'CERTIFICATE_REVOKED' : 'STATUS_UNAVAILABLE',
    revoked ? 'the signing certificate was revoked' : `${error.code}: ${error.message}`,
    { entry, cause: error },
  );
}
