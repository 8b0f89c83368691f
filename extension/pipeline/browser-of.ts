/** In this order: Edge calls itself Chrome as well. */
const names = ['Edg', 'Firefox', 'HeadlessChrome', 'Chrome'];

/** Name and version of the browser as its user agent tells them; the record shows what was sent, not what we assume. */
export function browserOf(userAgent: string): { name: string; version: string } {
  for (const name of names) {
    const version = new RegExp(`\\b${name}/([\\d.]+)`).exec(userAgent)?.[1];
    if (version !== undefined) return { name, version };
  }
  return { name: 'unknown', version: '' };
}
