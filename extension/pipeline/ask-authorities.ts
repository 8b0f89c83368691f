import { fromHex, toHex } from '#shared/lib/hex';
import type { Sha256 } from '#shared/lib/sha256';
import { type Certificate, parseCertificate } from '#shared/pki/certificate';
import { parsePem } from '#shared/pki/pem';
import { requestTimeStamp } from '#shared/pki/request-time-stamp';
import { wholeTimeStamp } from '#shared/pki/whole-time-stamp';
import { browserPorts } from '../host/browser-ports.ts';
import { authorities } from './authorities.ts';
import type { FinishingContext } from './context.ts';
import { PipelineError } from './pipeline-error.ts';

const TIMEOUT_MS = 10_000;
/** Tokens are 2 to 10 kB. */
const MAX_ANSWER = 65_536;

/**
 * Has a digest stamped by the first of the configured authorities that gives a good token (RFC 3161 §3.4): nonce,
 * imprint, signature, purpose and chain are checked here. Only the digest leaves the device.
 * @returns `undefined` when none is configured
 * @throws PipelineError AUTHORITY_FAILED when all failed; `entry` is the address of the last
 */
export async function askAuthorities(
  context: Pick<FinishingContext, 'database' | 'service'>,
  digest: Sha256,
): Promise<{ token: Uint8Array<ArrayBuffer>; authority: string } | undefined> {
  const { urls, roots } = await authorities(context.database);
  const anchors = roots === '' ? undefined : parsePem(roots, 'CERTIFICATE').map(parseCertificate);
  let failure: PipelineError | undefined;
  for (const url of urls) {
    try {
      const token = await stampAt(context.service.fetch, url, digest, anchors);
      return { token: new Uint8Array(token), authority: url };
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      failure = new PipelineError('AUTHORITY_FAILED', `${url}: ${why}`, { entry: url, cause });
    }
  }
  if (failure !== undefined) throw failure;
  return undefined;
}

function stampAt(
  fetchFrom: typeof fetch,
  url: string,
  digest: Sha256,
  anchors: readonly Certificate[] | undefined,
): Promise<Uint8Array> {
  const nonce = BigInt(`0x01${toHex(crypto.getRandomValues(new Uint8Array(8)))}`);
  const order = { digest: fromHex(digest), nonce, ...(anchors === undefined ? {} : { anchors }) };
  return requestTimeStamp(browserPorts, order, async (request) =>
    wholeTimeStamp(browserPorts, await send(fetchFrom, url, request), anchors),
  );
}

async function send(fetchFrom: typeof fetch, url: string, request: Uint8Array): Promise<Uint8Array> {
  const response = await fetchFrom(url, {
    method: 'POST',
    headers: { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' },
    body: new Uint8Array(request),
    signal: AbortSignal.timeout(TIMEOUT_MS),
    credentials: 'omit',
    redirect: 'error',
    cache: 'no-store',
  });
  if (!response.ok) throw new Error(`status ${response.status}`);
  const answer = new Uint8Array(await response.arrayBuffer());
  if (answer.length > MAX_ANSWER) throw new Error(`an answer of ${answer.length} bytes`);
  return answer;
}
