/**
 * Name a server offers a file under: `filename*` of Content-Disposition, else `filename` (RFC 6266 §4.3), else the
 * last segment of the address. The name is stated, never used as a path.
 * @param disposition value of the header, if there was one
 */
export function offeredName(disposition: string | undefined, url: string): string {
  const name = extendedName(disposition) ?? plainName(disposition) ?? lastSegment(url);
  return name
    .replace(/\p{Cc}/gu, '')
    .slice(0, 500)
    .toWellFormed();
}

/** RFC 8187: `UTF-8'language'percent-encoded`. Other charsets are not decoded. */
function extendedName(disposition = ''): string | undefined {
  const [, encoded] = /;\s*filename\*\s*=\s*utf-8'[^']*'([^;\s]+)/i.exec(disposition) ?? [];
  return encoded === undefined ? undefined : decoded(encoded);
}

/** As a quoted string or a token. Servers write UTF-8 here, which the protocol gives as such. */
function plainName(disposition = ''): string | undefined {
  const [, quoted, token] = /;\s*filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i.exec(disposition) ?? [];
  return quoted?.replace(/\\(.)/g, '$1') ?? token;
}

function lastSegment(url: string): string {
  if (!URL.canParse(url)) return '';
  const segment = new URL(url).pathname.split('/').at(-1) ?? '';
  return decoded(segment) ?? segment;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
