import { CodedError } from '#shared/lib/errors';
import { parseCertificate } from '#shared/pki/certificate';
import { requestTimeStamp } from '#shared/pki/request-time-stamp';
import { wholeTimeStamp } from '#shared/pki/whole-time-stamp';
import { nodePorts } from '../store/node-ports.ts';
import { askService, type Patience } from './ask-service.ts';
import { randomNonce } from './random-nonce.ts';
import type { TimeStampAuthority } from './trust.ts';
import { TrustError } from './trust-error.ts';

/** An RFC 3161 service reached over HTTP (RFC 3161 §3.4). */
export interface TimeStampServiceOptions extends Patience {
  readonly name: string;
  readonly url: string;
  /** Certificates its tokens must chain to, DER. */
  readonly roots: readonly Uint8Array[];
  /** Certificates between, which the service may leave out of its tokens, DER. */
  readonly intermediates?: readonly Uint8Array[];
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
  const ask = async (request: Uint8Array): Promise<Uint8Array> =>
    wholeTimeStamp(nodePorts, await send(options, request), roots, intermediates);
  return {
    name,
    selfIssued: false,
    certificates: [...intermediates, ...roots].map(({ der }) => der),
    roots: options.roots,
    async stamp(digest) {
      try {
        return await requestTimeStamp(nodePorts, { digest, nonce: randomNonce(), anchors: roots }, ask);
      } catch (cause) {
        if (cause instanceof TrustError || !(cause instanceof CodedError)) throw cause;
        throw new TrustError('TSA_ANSWER', `${name}: ${cause.code}`, { entry: url, cause });
      }
    },
  };
}

function send(options: TimeStampServiceOptions, request: Uint8Array): Promise<Uint8Array> {
  return askService({
    ...options,
    accept: 'application/timestamp-reply',
    body: { type: 'application/timestamp-query', bytes: request },
    maxBytes: MAX_ANSWER,
    codes: { unreachable: 'TSA_UNREACHABLE', answer: 'TSA_ANSWER' },
  });
}
