/**
 * Sort-friendly URI reordering transform, the key of a CDXJ line: host labels reversed, lower case, `www.` dropped,
 * query arguments sorted; the form that the npm package `warcio` and ReplayWeb.page look up.
 * Anything but http and https is returned unchanged.
 */
export function surt(url: string): string {
  if (!/^https?:/.test(url)) return url;
  const bare = url.replace(/^(https?:\/\/)www\d*\./, '$1').toLowerCase();
  if (!URL.canParse(bare)) return url;
  const { hostname, port, pathname, search } = new URL(bare);
  const host = hostname.split('.').reverse().join(',');
  const query = search === '' ? '' : `?${search.slice(1).split('&').sort().join('&')}`;
  return `${host}${port === '' ? '' : `:${port}`})${pathname}${query}`;
}
