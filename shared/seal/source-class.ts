/**
 * Where a page came from, judged by its URL alone.
 * `public`: a host anybody could look up. `local-file`: file:, data:, blob:, about:, … no host at all.
 * `loopback`, `private`: addresses of this machine or of a network nobody outside can reach.
 */
export type SourceClass = 'public' | 'local-file' | 'loopback' | 'private';

/** Judges `url`; what does not parse as http(s) with a host is `local-file`. */
export function sourceClass(url: string): SourceClass {
  if (!URL.canParse(url)) return 'local-file';
  const { protocol, hostname } = new URL(url);
  if (!['http:', 'https:', 'ws:', 'wss:'].includes(protocol)) return 'local-file';
  return hostClass(hostname);
}

/** Judges a host name (ASCII) or an address literal, IPv6 with or without brackets. */
export function hostClass(host: string): 'public' | 'loopback' | 'private' {
  const name = host
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
  if (name.includes(':')) return ipv6Class(name);
  if (/^[0-9]+(?:\.[0-9]+){3}$/.test(name)) return ipv4Class(name.split('.').map(Number));
  if (name === 'localhost' || name.endsWith('.localhost')) return 'loopback';
  // RFC 6762 (local), RFC 8375 (home.arpa), ICANN 2024 (internal); a name without a dot is never in the public DNS.
  const privateName =
    !name.includes('.') || /\.(?:local|internal|home\.arpa|lan|intranet|corp|home)$/.test(name);
  return privateName ? 'private' : 'public';
}

function ipv4Class([a = 0, b = 0]: readonly number[]): 'public' | 'loopback' | 'private' {
  if (a === 127 || a === 0) return 'loopback';
  const isPrivate =
    a === 10 ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168) ||
    (a === 169 && b === 254) ||
    (a === 100 && b >= 64 && b < 128);
  return isPrivate ? 'private' : 'public';
}

function ipv6Class(address: string): 'public' | 'loopback' | 'private' {
  const embedded = /^::(?:ffff:)?([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address);
  if (embedded?.[1] !== undefined && embedded[2] !== undefined) {
    const high = Number.parseInt(embedded[1], 16);
    return ipv4Class([high >> 8, high & 255]);
  }
  const dotted = /^::(?:ffff:)?([0-9]+(?:\.[0-9]+){3})$/.exec(address)?.[1];
  if (dotted !== undefined) return ipv4Class(dotted.split('.').map(Number));
  if (address === '::1' || address === '::') return 'loopback';
  return /^(?:f[cd][0-9a-f]{2}|fe[89ab][0-9a-f]):/.test(address) ? 'private' : 'public';
}

/**
 * The URL as it may be printed: the WHATWG serialisation, whose host is ASCII (UTS #46) and whose other parts are
 * percent-encoded. Text that is no URL comes back unchanged: print it with `visibleText`.
 */
export function printableUrl(url: string): string {
  return URL.canParse(url) ? new URL(url).href : url;
}
