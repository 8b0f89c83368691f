import { toHex } from '#shared/lib/hex';
import { base64Bytes } from '../base64-bytes.ts';
import type { WatchedExchange } from '../watched-tab.ts';
import type { CdpEvents, CdpResponse } from './cdp.ts';
import type { DebuggerTab, TabEvent } from './debugger-tab.ts';
import { isProvenExact } from './proven-exact.ts';

interface Pending {
  readonly url: string;
  readonly method: string;
  response?: Pick<CdpResponse, 'status' | 'remoteIPAddress'>;
  received: number;
}

/** The page keeps bodies up to here until they are hashed; bytes. */
const BUFFER = { maxTotalBufferSize: 64 * 2 ** 20, maxResourceBufferSize: 16 * 2 ** 20 };
/** Larger bodies are named without a digest: nothing may pile up during hours. */
const BODY_BYTES = 8 * 2 ** 20;
const BODIES_WAITING = 40;
const BODY_TIMEOUT = 5000;
/** Of requests that do not end, such as live streams, this many are kept in mind. */
const OPEN_REQUESTS = 1000;
const unwatched = /^(?:data|about|javascript|blob):/i;

/**
 * Watches the exchanges of a tab, its frames and workers, for as long as it lasts: address, IP, status, and the digest
 * of each body, which is not kept. Memory is bounded. Rejects with CommandError when the page refuses.
 * @returns tells of what is still open, and stops
 */
export async function watchNetwork(
  tab: DebuggerTab,
  onExchange: (exchange: WatchedExchange) => void,
): Promise<() => Promise<void>> {
  const pending = new Map<string, Pending>();
  let waiting = 0;
  let bodies: Promise<void> = Promise.resolve();

  const take = (requestId: string) => {
    const request = pending.get(requestId);
    pending.delete(requestId);
    return request;
  };
  const tell = ({ url, method, response }: Pending, more: Pick<WatchedExchange, 'body' | 'error'> = {}) => {
    const ip = response?.remoteIPAddress?.replace(/^\[(.*)\]$/, '$1');
    onExchange({
      ...{ at: Date.now(), mono: performance.now(), url, method },
      ...(response === undefined ? {} : { status: response.status }),
      ...(ip ? { ip } : {}),
      ...more,
    });
  };
  const tellOpen = (requestId: string) => {
    const request = take(requestId);
    if (request !== undefined) tell(request, { error: 'not followed to its end' });
  };
  const begin = (requestId: string, request: Pending) => {
    pending.set(requestId, request);
    const [oldest] = pending.keys();
    if (pending.size > OPEN_REQUESTS && oldest !== undefined) tellOpen(oldest);
  };
  const begun = ({ requestId, request, redirectResponse }: CdpEvents['Network.requestWillBeSent']) => {
    if (unwatched.test(request.url)) return;
    const before = take(requestId);
    if (before !== undefined && redirectResponse !== undefined)
      tell({ ...before, response: redirectResponse });
    begin(requestId, { url: request.url, method: request.method, received: 0 });
  };
  const finished = (params: CdpEvents['Network.loadingFinished'], session: string | undefined) => {
    const request = take(params.requestId);
    if (request === undefined) return;
    if (Math.max(params.encodedDataLength, request.received) > BODY_BYTES || waiting >= BODIES_WAITING) {
      tell(request);
      return;
    }
    waiting++;
    bodies = bodies.then(async () => {
      const body = await readBody(tab, params.requestId, session, request.received).catch(() => undefined);
      waiting--;
      tell(request, body === undefined ? {} : { body });
    });
  };
  const socketOpened = (requestId: string, status: number) => {
    const request = take(requestId);
    if (request !== undefined) tell({ ...request, response: { status } });
  };
  const observe = ({ method, params, session }: TabEvent) => {
    if (method === 'Network.requestWillBeSent') begun(params);
    else if (method === 'Network.responseReceived') {
      const request = pending.get(params.requestId);
      if (request !== undefined) request.response = params.response;
    } else if (method === 'Network.dataReceived') {
      const request = pending.get(params.requestId);
      if (request !== undefined) request.received += params.dataLength;
    } else if (method === 'Network.loadingFinished') finished(params, session);
    else if (method === 'Network.loadingFailed') {
      const request = take(params.requestId);
      if (request !== undefined) tell(request, { error: params.blockedReason ?? params.errorText });
    } else if (method === 'Network.webSocketCreated')
      begin(params.requestId, { url: params.url, method: 'GET', received: 0 });
    else if (method === 'Network.webSocketHandshakeResponseReceived')
      socketOpened(params.requestId, params.response.status);
    // A child that has gone already has nothing to tell.
    else if (method === 'Target.attachedToTarget') enable(tab, params.sessionId).catch(() => undefined);
  };
  const stop = tab.listen(observe);
  await enable(tab, undefined);
  return async () => {
    stop();
    for (const requestId of [...pending.keys()]) tellOpen(requestId);
    await bodies;
  };
}

/** Children run on at once: a page must never hang because a recording watches it. */
async function enable(tab: DebuggerTab, session: string | undefined): Promise<void> {
  const send = tab.target(session);
  await send('Network.enable', BUFFER);
  await send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: true });
}

async function readBody(tab: DebuggerTab, requestId: string, session: string | undefined, received: number) {
  const send = tab.target(session);
  const { body, base64Encoded } = await send('Network.getResponseBody', { requestId }, BODY_TIMEOUT);
  const bytes = base64Encoded ? base64Bytes(body) : new TextEncoder().encode(body);
  // Measured: of a picture it could not decode the browser gives an empty body.
  if (bytes.length === 0 && received > 0) return undefined;
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const decodedText = !base64Encoded && !isProvenExact(body, received);
  return { bytes: bytes.length, sha256: toHex(hash), decodedText };
}
