/** Tab, line feed, carriage return and the printable ASCII characters. */
const PLAIN = /^[\t\n\r\u0020-\u007e]*$/;

/**
 * Whether text that the browser had decoded is, as UTF-8, provably the bytes it decoded: every character is plain
 * ASCII, and there are as many of them as there were bytes. No decoder of the WHATWG Encoding Standard turns n bytes
 * into n such characters other than byte by byte. Control characters prove nothing: ICU's shift_jis swaps 1A, 1C, 7F.
 * @param bytes length of the body after content-decoding, before decoding to text
 */
export function isProvenExact(text: string, bytes: number): boolean {
  return text.length === bytes && PLAIN.test(text);
}
