import { isIP } from 'node:net';
import { dirname, resolve } from 'node:path';
import * as v from 'valibot';
import { ConfigError } from '../config-error.ts';

const path = v.pipe(v.string(), v.minLength(1), v.maxLength(1000));

/** An address to listen on: an IP address, or `localhost`. */
export const listenAddress = v.pipe(
  v.string(),
  v.check((text) => isIP(text) !== 0 || text === 'localhost', 'not an IP address'),
);

/** Where people reach the service: `https://name[:port]`; plain http on this machine only. */
export const publicUrl = v.pipe(
  v.string(),
  v.check((text) => isPublicUrl(text), 'not https://NAME[:PORT] (plain http on loopback only)'),
  v.transform((text) => new URL(text).origin),
);

/** `https`: how connections from elsewhere are protected. Without it, by a certificate of the built-in authority. */
export const httpsSection = v.pipe(
  v.strictObject({
    /** PEM files of the operator's: chain, server's certificate first, and its key. */
    certificateFile: v.optional(path),
    keyFile: v.optional(path),
    /** Serve plain http on any address, because a proxy in front ends TLS. */
    behindProxy: v.optional(v.boolean(), false),
  }),
  v.check(
    ({ certificateFile, keyFile }) => (certificateFile === undefined) === (keyFile === undefined),
    'certificateFile and keyFile go together',
  ),
  v.check(
    ({ certificateFile, behindProxy }) => certificateFile === undefined || !behindProxy,
    'behind a proxy there is no certificate here',
  ),
);
type HttpsSettings = v.InferOutput<typeof httpsSection>;

/** How a service listens, and by which names it is known. */
export interface Listening {
  readonly host: string;
  /** `undefined`: plain http. */
  readonly tls:
    | { readonly kind: 'own' }
    | { readonly kind: 'files'; certificate: string; key: string }
    | undefined;
  /** Names and addresses besides the loopback ones. */
  readonly names: readonly string[];
}

const loopback = ['127.0.0.1', '::1', 'localhost'];
const everywhere = ['0.0.0.0', '::'];

/**
 * Plain http on loopback, or when a proxy in front is declared; else https.
 * @throws ConfigError HOSTS_REQUIRED for an address that is every address: nobody could say by which name to come.
 */
export function listeningOf(
  configFile: string,
  settings: {
    readonly host: string;
    readonly hosts: readonly string[];
    readonly publicUrl?: string | undefined;
    readonly https: HttpsSettings;
  },
): Listening {
  const { host, https } = settings;
  const named = settings.publicUrl === undefined ? [] : [new URL(settings.publicUrl).hostname];
  const isNamed = ![...loopback, ...everywhere].includes(host);
  const names = [...new Set([...settings.hosts, ...named, ...(isNamed ? [host] : [])].map(unbracketed))];
  if (everywhere.includes(host) && names.length === 0)
    throw new ConfigError(
      'HOSTS_REQUIRED',
      'say by --hosts, or publicUrl, under which names the service is reached',
      {
        entry: 'hosts',
      },
    );
  return { host, tls: tlsOf(configFile, host, https), names };
}

function tlsOf(configFile: string, host: string, https: HttpsSettings): Listening['tls'] {
  const { certificateFile, keyFile, behindProxy } = https;
  const at = (file: string) => resolve(dirname(configFile), file);
  if (certificateFile !== undefined && keyFile !== undefined)
    return { kind: 'files', certificate: at(certificateFile), key: at(keyFile) };
  return behindProxy || loopback.includes(host) ? undefined : { kind: 'own' };
}

function unbracketed(name: string): string {
  return name.replace(/^\[(.*)\]$/, '$1').toLowerCase();
}

function isPublicUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, pathname, search, hash, username } = new URL(text);
  const isLocal = ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
  const isBare = pathname === '/' && search === '' && hash === '' && username === '';
  return isBare && (protocol === 'https:' || (protocol === 'http:' && isLocal));
}
