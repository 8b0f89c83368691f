import { setTimeout as sleep } from 'node:timers/promises';
import { TrustError } from './trust-error.ts';

/** How long and how often an outside service is asked. */
export interface Patience {
  /** For one attempt, from connecting to the last byte; 10 s unless told. */
  readonly timeoutMs?: number;
  /** 3 unless told. Only what may pass is tried again: no connection, time-out, status 429 and 5xx. */
  readonly attempts?: number;
  /** Before the second attempt, doubled before each further one; 500 ms unless told. */
  readonly retryDelayMs?: number;
}

interface ServiceRequest extends Patience {
  /** For messages. */
  readonly name: string;
  readonly url: string;
  readonly accept: string;
  /** Sent by POST; without one it is a GET. */
  readonly body?: { readonly type: string; readonly bytes: Uint8Array };
  readonly maxBytes: number;
  /** Codes of an error: no answer, another answer than asked for. */
  readonly codes: { readonly unreachable: TrustError['code']; readonly answer: TrustError['code'] };
}

/**
 * Asks an outside service over HTTP.
 * @returns the body of its answer, status 200, at most `maxBytes` long.
 * @throws TrustError with one of `codes`; `entry` is the URL.
 */
export async function askService(request: ServiceRequest): Promise<Uint8Array> {
  const { name, url, codes, attempts = 3, retryDelayMs = 500 } = request;
  let cause: unknown;
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (attempt > 0) await sleep(retryDelayMs * 2 ** (attempt - 1));
    try {
      return await askOnce(request);
    } catch (error) {
      if (error instanceof TrustError) throw error;
      cause = error;
    }
  }
  throw new TrustError(codes.unreachable, `${name} did not answer in ${attempts} attempts`, {
    entry: url,
    cause,
  });
}

async function askOnce(request: ServiceRequest): Promise<Uint8Array> {
  const { name, url, accept, body, maxBytes, codes, timeoutMs = 10_000 } = request;
  const response = await fetch(url, {
    signal: AbortSignal.timeout(timeoutMs),
    headers: { Accept: accept, ...(body === undefined ? {} : { 'Content-Type': body.type }) },
    ...(body === undefined ? {} : { method: 'POST', body: new Uint8Array(body.bytes) }),
  });
  if (response.status === 429 || response.status >= 500) throw new Error(`HTTP status ${response.status}`);
  if (response.status !== 200)
    throw new TrustError(codes.answer, `${name} answered HTTP status ${response.status}`, { entry: url });
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > maxBytes) throw new TrustError(codes.answer, `${name} sent too much`, { entry: url });
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
