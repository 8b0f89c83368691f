/** A URL without fragment and scheme, host in lower case; what is no URL stays as it is. */
function withoutScheme(text: string): {
  readonly host: string;
  readonly path: string;
  readonly query: string;
} {
  const url = parsed(text);
  if (url === undefined || url.host === '') return { host: '', path: text.slice(0, LONGEST), query: '' };
  return { host: url.host, path: url.pathname, query: url.search };
}

const LONGEST = 2000;
/** Deeper paths are found by their beginning or as a whole. */
const SEGMENTS = 8;

/** A URL as it is searched for: `shop.example/a/b?c=d`. */
export function urlTerm(text: string): string {
  const { host, path, query } = withoutScheme(text.trim());
  return `${host}${path.replace(/\/+$/, '')}${query}`.slice(0, LONGEST);
}

/** A captured URL is found as a whole, without its query, and by every beginning that ends at a slash. */
export function urlTerms(text: string): string[] {
  const { host, path } = withoutScheme(text);
  const segments = path.split('/').filter((segment) => segment !== '');
  const beginnings = segments
    .slice(0, SEGMENTS)
    .map((_, index) => `${host}/${segments.slice(0, index + 1).join('/')}`.slice(0, LONGEST));
  const whole = urlTerm(text);
  return [...new Set([whole, urlTerm(`${text.split(/[?#]/, 1)[0]}`), host, ...beginnings])].filter(
    (term) => term !== '',
  );
}

/** `shop.market.example` is found as itself and as every domain above it but the topmost. */
export function hostTerms(text: string): string[] {
  const host = parsed(text)?.hostname ?? '';
  if (host === '' || /^\[|^[\d.]+$/.test(host)) return host === '' ? [] : [host];
  const labels = host.split('.');
  return labels.slice(0, Math.max(1, labels.length - 1)).map((_, index) => labels.slice(index).join('.'));
}

function parsed(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
