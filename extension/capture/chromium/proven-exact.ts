/**
 * Whether text that the browser had decoded is, as UTF-8, provably the bytes it decoded: every character is ASCII, and
 * there are as many of them as there were bytes. No decoder of the WHATWG Encoding Standard turns n bytes into n ASCII
 * characters other than byte by byte.
 * @param bytes length of the body after content-decoding, before decoding to text
 */
export function isProvenExact(text: string, bytes: number): boolean {
  // UTF-8 takes one byte for an ASCII character and more for every other UTF-16 code unit or pair.
  return text.length === bytes && new TextEncoder().encode(text).length === bytes;
}
