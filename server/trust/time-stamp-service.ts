import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError } from '#shared/lib/errors';
import { type Certificate, parseCertificate } from '#shared/pki/certificate';
import { normaliseTimeStamp } from '#shared/pki/normalise-time-stamp';
import { parseTimeStampResponse } from '#shared/pki/time-stamp-response';
import { isSelfIssued, verifyChain } from '#shared/pki/verify-chain';
import { nodePorts } from '../store/node-ports.ts';
import { requestTimeStamp } from './request-time-stamp.ts';
import type { TimeStampAuthority } from './trust.ts';
import { TrustError } from './trust-error.ts';

/** An RFC 3161 service reached over HTTP (RFC 3161 §3.4). */
export interface TimeStampServiceOptions {
  readonly name: string;
  readonly url: string;
  /** Certificates its tokens must chain to, DER. */
  readonly roots: readonly Uint8Array[];
  /** Certificates between, which the service may leave out of its tokens, DER. */
  readonly intermediates?: readonly Uint8Array[];
  /** For one attempt, from connecting to the last byte; 10 s unless told. */
  readonly timeoutMs?: number;
  /** 3 unless told. Only what may pass is tried again: no connection, time-out, status 429 and 5xx. */
  readonly attempts?: number;
  /** Before the second attempt, doubled before each further one; 500 ms unless told. */
  readonly retryDelayMs?: number;
}

/** Tokens are 2 to 10 kB. */
const MAX_ANSWER = 65_536;

/**
 * An authority that asks a service. What it returns is verified and written anew in canonical form with its whole
 * chain embedded, root included, so that every token can be checked from itself and the root alone.
 * `stamp` throws TrustError TSA_UNREACHABLE when every attempt failed, TSA_ANSWER when the answer is a refusal or
 * does not hold; `entry` is the address.
 */
export function timeStampService(options: TimeStampServiceOptions): TimeStampAuthority {
  const { name, url } = options;
  const roots = options.roots.map(parseCertificate);
  const intermediates = (options.intermediates ?? []).map(parseCertificate);
  const send = async (request: Uint8Array): Promise<Uint8Array> =>
    normalise(await sendWithRetry(options, request), intermediates, roots);
  return {
    name,
    selfIssued: false,
    certificates: [...intermediates, ...roots].map(({ der }) => der),
    roots: options.roots,
    async stamp(digest) {
      try {
        return await requestTimeStamp(digest, roots, send);
      } catch (cause) {
        if (cause instanceof TrustError || !(cause instanceof CodedError)) throw cause;
        throw new TrustError('TSA_ANSWER', `${name}: ${cause.code}`, { entry: url, cause });
      }
    },
  };
}

/** Only certificates of the signer's chain stay; the token says no less without the others. */
async function normalise(
  answer: Uint8Array,
  intermediates: readonly Certificate[],
  roots: readonly Certificate[],
): Promise<Uint8Array> {
  const { certificates, signedData, genTime } = parseTimeStampResponse(answer, { foreign: true });
  const signer = certificates.find(({ serial }) => serial === signedData.signer.serial);
  if (signer === undefined) return normaliseTimeStamp(answer, []);
  const between = [...certificates, ...intermediates].filter((certificate) => !isSelfIssued(certificate));
  const chain = await verifyChain(nodePorts, signer, between, roots, genTime);
  return normaliseTimeStamp(
    answer,
    chain.map(({ der }) => der),
  );
}

async function sendWithRetry(options: TimeStampServiceOptions, request: Uint8Array): Promise<Uint8Array> {
  const { name, url, attempts = 3, retryDelayMs = 500 } = options;
  let cause: unknown;
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (attempt > 0) await sleep(retryDelayMs * 2 ** (attempt - 1));
    try {
      return await sendOnce(options, request);
    } catch (error) {
      if (error instanceof TrustError) throw error;
      cause = error;
    }
  }
  throw new TrustError('TSA_UNREACHABLE', `${name} did not answer in ${attempts} attempts`, {
    entry: url,
    cause,
  });
}

async function sendOnce(
  { name, url, timeoutMs = 10_000 }: TimeStampServiceOptions,
  request: Uint8Array,
): Promise<Uint8Array> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/timestamp-query', Accept: 'application/timestamp-reply' },
    body: new Uint8Array(request),
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (response.status === 429 || response.status >= 500) throw new Error(`HTTP status ${response.status}`);
  if (response.status !== 200)
    throw new TrustError('TSA_ANSWER', `${name} answered HTTP status ${response.status}`, { entry: url });
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > MAX_ANSWER) throw new TrustError('TSA_ANSWER', `${name} sent too much`, { entry: url });
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
