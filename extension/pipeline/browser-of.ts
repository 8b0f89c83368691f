/** Name and version of the browser as its user agent tells them; the record shows what was sent, not what we assume. */
export function browserOf(userAgent: string): { name: string; version: string } {
  const match = /\b(Edg|HeadlessChrome|Chrome|Firefox)\/([\d.]+)/.exec(userAgent);
  return { name: match?.[1] ?? 'unknown', version: match?.[2] ?? '' };
}
