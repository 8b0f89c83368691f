import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import { LookError } from './look-error.ts';
import { specialAddress } from './special-address.ts';

/** What the service saw of a host. */
interface HostView {
  readonly host: string;
  readonly port: number;
  /** Every address its name has. */
  readonly addresses: readonly string[];
  /** The one connected to. */
  readonly address: string;
  /** DER of the leaf. */
  readonly certificate: Uint8Array;
}

interface HostLookOptions {
  /** For name and connection together. */
  readonly timeoutMs: number;
  /** Connected to where it is among the addresses of the host. */
  readonly preferred?: string | undefined;
}

/** Parts a test brings; no setting leads here. */
export interface HostLookParts {
  /** Where names are asked; the resolvers of the system by default. */
  readonly nameServers?: readonly string[];
  /** Addresses let through whatever they are. */
  readonly allowedAddresses?: ReadonlySet<string>;
}

export type LookAtHost = (url: URL, options: HostLookOptions) => Promise<HostView>;

/**
 * Looks at the host of an https URL: resolves its name, opens one TLS connection and takes the certificate. Nothing is
 * asked for over it, so nothing can be redirected. A host any of whose addresses is none on the public internet is
 * refused whole; the connection goes to an address that was judged, never to the name again.
 */
export function hostLooker({ nameServers, allowedAddresses = new Set() }: HostLookParts = {}): LookAtHost {
  return async (url, { timeoutMs, preferred }) => {
    if (url.protocol !== 'https:')
      throw new LookError('SECOND_LOOK_NO_TLS', 'the captured address is not https', { entry: url.protocol });
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const until = performance.now() + timeoutMs;
    const addresses = await addressesOf(host, timeoutMs, nameServers);
    for (const address of addresses) {
      const found = allowedAddresses.has(address) ? undefined : specialAddress(address);
      if (found !== undefined)
        throw new LookError('SECOND_LOOK_ADDRESS_REFUSED', `an address of the host is ${found}`, {
          entry: address,
        });
    }
    const address = addresses.find((one) => one === preferred) ?? addresses[0] ?? '';
    const port = url.port === '' ? 443 : Number(url.port);
    const certificate = await certificateAt(host, address, port, Math.max(1, until - performance.now()));
    return { host, port, addresses, address, certificate };
  };
}

/** More would be no host but a list. */
const MAX_ADDRESSES = 20;

async function addressesOf(
  host: string,
  timeoutMs: number,
  nameServers: readonly string[] | undefined,
): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  // Asks name servers, never this machine's own list of hosts.
  const resolver = new Resolver({ timeout: Math.ceil(timeoutMs / 2), tries: 1 });
  if (nameServers !== undefined) resolver.setServers(nameServers);
  const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  if (addresses.length > 0 && addresses.length <= MAX_ADDRESSES) return addresses;
  throw new LookError('SECOND_LOOK_HOST_UNKNOWN', 'the name of the host has no address, or too many', {
    entry: host,
    cause: answers.find((answer) => answer.status === 'rejected')?.reason,
  });
}

function certificateAt(host: string, address: string, port: number, timeoutMs: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: address,
      port,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ALPNProtocols: ['h2', 'http/1.1'],
      // Whether the chain is good is not what is asked: the certificate is compared with the recorded one.
      rejectUnauthorized: false,
    });
    const fail = (cause?: unknown) => {
      clearTimeout(timer);
      socket.destroy();
      reject(
        new LookError('SECOND_LOOK_UNREACHABLE', 'no TLS connection to the host', { entry: address, cause }),
      );
    };
    const timer = setTimeout(fail, timeoutMs);
    socket.once('error', fail);
    socket.once('secureConnect', () => {
      clearTimeout(timer);
      const { raw } = socket.getPeerCertificate();
      socket.destroy();
      if (raw === undefined) fail();
      else resolve(new Uint8Array(raw));
    });
  });
}
