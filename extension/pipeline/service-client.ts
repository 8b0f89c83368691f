import { sessionAnswer, sessionNonceAnswer } from '#shared/api/schemas';
import { toBase64 } from '#shared/lib/base64';
import { toUtf8 } from '#shared/lib/utf8';
import type { Database } from '../store/database.ts';
import { ensureDevice, signWithDevice } from '../store/ensure-device.ts';
import type { ServiceRow } from '../store/rows.ts';
import { ownCertificate } from './own-certificate.ts';
import { PipelineError } from './pipeline-error.ts';
import { answered, requestService, type ServiceRequest } from './service-request.ts';

/** The paired service, spoken to with a session of this device. */
export interface ServiceClient {
  /** @throws PipelineError NOT_PAIRED */
  service(): Promise<ServiceRow>;
  /** A token that is good for at least another minute. @throws PipelineError as `requestService` */
  token(): Promise<string>;
  /** One exchange with a session; a session the service no longer knows is renewed once. */
  ask<Answer>(request: Omit<ServiceRequest<Answer>, 'token'>): Promise<Answer>;
  /**
   * One exchange that is not JSON (uploads), with a session renewed likewise. Any status is returned.
   * @throws PipelineError SERVICE_UNREACHABLE, and as `requestService` from opening a session
   */
  send(url: string, init: RequestInit): Promise<Response>;
  /** The `fetch` for what needs no session. */
  readonly fetch: typeof fetch;
  /** Forgets the session, after pairing anew. */
  forget(): void;
}

interface Session {
  readonly token: string;
  /** UTC ms. */
  readonly expiresAt: number;
}

const RENEW_BEFORE_MS = 60_000;

/** A client over this database's pairing. Each context has its own session. */
export function createServiceClient(database: Database, fetchFrom: typeof fetch): ServiceClient {
  let session: Session | undefined;
  let opening: Promise<Session> | undefined;
  const service = async () => {
    const row = await database.service.get('service');
    if (row === undefined) throw new PipelineError('NOT_PAIRED', 'no service is paired');
    return row;
  };
  const token = async () => {
    if (session !== undefined && session.expiresAt - Date.now() >= RENEW_BEFORE_MS) return session.token;
    const { origin } = await service();
    // What is asked at the same time shares one session.
    opening ??= openSession(database, origin, fetchFrom).finally(() => {
      opening = undefined;
    });
    session = await opening;
    return session.token;
  };
  const sendOnce = (url: string, init: RequestInit, bearer: string) =>
    answered(new URL(url).pathname, () =>
      fetchFrom(url, {
        ...init,
        headers: { ...Object.fromEntries(new Headers(init.headers)), authorization: `Bearer ${bearer}` },
        credentials: 'omit',
        redirect: 'error',
        cache: 'no-store',
      }),
    );
  return {
    service,
    token,
    send: async (url, init) => {
      const response = await sendOnce(url, init, await token());
      if (response.status !== 401) return response;
      session = undefined;
      return await sendOnce(url, init, await token());
    },
    fetch: fetchFrom,
    forget: () => {
      session = undefined;
    },
    ask: async (request) => {
      const { origin } = await service();
      try {
        return await requestService(origin, { ...request, token: await token() }, fetchFrom);
      } catch (error) {
        if (!isSessionOver(error)) throw error;
        session = undefined;
        return await requestService(origin, { ...request, token: await token() }, fetchFrom);
      }
    },
  };
}

function isSessionOver(error: unknown): boolean {
  return (
    error instanceof PipelineError && /^(?:SESSION_UNKNOWN|CREDENTIALS_MISSING)$/.test(error.entry ?? '')
  );
}

/** The device proves its key by signing the service's nonce. */
async function openSession(database: Database, origin: string, fetchFrom: typeof fetch): Promise<Session> {
  const device = await ensureDevice(database);
  const ask = <A>(path: string, body: unknown, answer: ServiceRequest<A>['answer']) =>
    requestService(origin, { method: 'POST', path, body, answer }, fetchFrom);
  const { nonce } = await ask('/sessions/nonce', { device: device.deviceId }, sessionNonceAnswer);
  const signed = toUtf8(`tiezheng-session/v1\n${device.deviceId}\n${nonce}\n`);
  const signature = toBase64(await signWithDevice(device, signed));
  const { token, expiresAt, certificate } = await ask(
    '/sessions',
    { device: device.deviceId, nonce, signature },
    sessionAnswer,
  );
  const own = ownCertificate(certificate, device.publicKey);
  if (own !== undefined) await database.service.update('service', { certificate: own });
  return { token, expiresAt: Date.parse(expiresAt) };
}
