/**
 * Whether text that the browser had decoded is, as UTF-8, provably what was received: every character is ASCII, there
 * are as many of them as `Content-Length` says, and there was no content coding. No decoder of the WHATWG Encoding
 * Standard turns n bytes into n ASCII characters other than byte by byte.
 */
export function isProvenExact(text: string, headers: Readonly<Record<string, string>>): boolean {
  const field = (name: string) =>
    Object.entries(headers).find(([candidate]) => candidate.toLowerCase() === name)?.[1];
  return (
    field('content-encoding') === undefined &&
    field('content-length') === String(text.length) &&
    // UTF-8 takes one byte for an ASCII character and more for every other UTF-16 code unit or pair.
    new TextEncoder().encode(text).length === text.length
  );
}
