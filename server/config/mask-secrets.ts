/** Members that hold a secret itself; those that name a file or a label of one do not. */
const SECRET = /(?:secret|password|passphrase|token|pin|(?:private|access|secret|master)key)$/i;
const MASK = '***';

/** A setting as it may be shown: secrets, and user and password of URLs, are masked; the shape stays. */
export function maskSecrets(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => maskSecrets(one, name));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, maskSecrets(inner, key)]));
  if (SECRET.test(name)) return MASK;
  // A password may hold anything but a slash; what comes before the last @ of the authority is not shown.
  return typeof value === 'string'
    ? value.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, `$1${MASK}@`)
    : value;
}
