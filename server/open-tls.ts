import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import { createSecureContext } from 'node:tls';
import type { FastifyServerFactory } from 'fastify';
import type { Listening } from './config/https-section.ts';
import { ConfigError } from './config-error.ts';
import type { AccessAuthority, ServerIdentity } from './trust/access-authority.ts';

/** Files are read, and certificates looked at, again after this long: renewed ones are shown without a restart. */
const LOOK_AGAIN_MS = 12 * 3_600_000;
/** Besides its own, so that scripts on the same machine reach the service too. */
const localNames = ['localhost', '127.0.0.1', '::1'];

/** The TLS side of a service that listens off loopback. */
export interface ServiceTls {
  readonly serverFactory: FastifyServerFactory;
  /** Stops looking for renewed certificates. */
  stop(): void;
}

/**
 * Server identity for https: the operator's files, or a certificate of the built-in access authority.
 * @param onRenewalFailure the certificate in use stays.
 * @throws ConfigError FILE_UNREADABLE when certificate and key cannot be used together
 */
export async function openTls(
  { tls, names }: Listening & { readonly tls: NonNullable<Listening['tls']> },
  authority: AccessAuthority,
  onRenewalFailure: (error: unknown) => void,
): Promise<ServiceTls> {
  const identity = () =>
    tls.kind === 'files' ? readFiles(tls) : authority.serverIdentity([...names, ...localNames]);
  const first = await identity();
  let shown = first.certificate;
  let server: Server | undefined;
  const renew = async () => {
    const next = await identity();
    if (next.certificate === shown) return;
    server?.setSecureContext({ ...contextOf(next), minVersion: 'TLSv1.2' });
    shown = next.certificate;
  };
  const timer = setInterval(() => renew().catch(onRenewalFailure), LOOK_AGAIN_MS);
  timer.unref();
  return {
    serverFactory: (handler) => {
      server = createServer({ ...contextOf(first), minVersion: 'TLSv1.2' }, handler);
      return server;
    },
    stop: () => clearInterval(timer),
  };
}

function contextOf({ certificate, key }: ServerIdentity) {
  return { cert: certificate, key };
}

async function readFiles(files: { certificate: string; key: string }): Promise<ServerIdentity> {
  try {
    const [certificate, key] = await Promise.all([
      readFile(files.certificate, 'utf8'),
      readFile(files.key, 'utf8'),
    ]);
    // Throws when they are not PEM, or do not belong together.
    createSecureContext({ cert: certificate, key });
    return { certificate, key };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError('FILE_UNREADABLE', `${files.certificate} and ${files.key}: ${why}`, {
      entry: 'https.certificateFile',
      cause,
    });
  }
}
