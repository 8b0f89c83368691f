const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES = new Int8Array(128).fill(-1);
for (let value = 0; value < 64; value++) VALUES[ALPHABET.charCodeAt(value)] = value;

/** Base64 with padding (RFC 4648 §4), no line breaks. */
export function toBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const group = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    parts.push(
      ALPHABET.charAt(group >> 18) +
        ALPHABET.charAt((group >> 12) & 63) +
        (left > 1 ? ALPHABET.charAt((group >> 6) & 63) : '=') +
        (left > 2 ? ALPHABET.charAt(group & 63) : '='),
    );
  }
  return parts.join('');
}

/**
 * Strict inverse of `toBase64`: padding required, unused bits zero, no white space.
 * @throws RangeError otherwise, so that one byte string has one spelling only.
 */
export function fromBase64(text: string): Uint8Array {
  if (text.length % 4 !== 0) throw new RangeError('base64 length is not a multiple of 4');
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let offset = 0;
  for (let i = 0; i < text.length; i += 4) {
    let group = 0;
    const last = i + 4 === text.length;
    for (let j = 0; j < 4; j++) {
      const padded = last && j >= 4 - padding;
      const value = padded ? 0 : (VALUES[text.charCodeAt(i + j)] ?? -1);
      if (value < 0) throw new RangeError('not a base64 character');
      group = (group << 6) | value;
    }
    const unused = last ? padding : 0;
    if (unused > 0 && (group & ((1 << (8 * unused)) - 1)) !== 0)
      throw new RangeError('unused base64 bits set');
    for (let j = 0; j < 3 - unused; j++) bytes[offset++] = (group >> (16 - 8 * j)) & 255;
  }
  return bytes;
}
