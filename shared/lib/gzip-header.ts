/** Fixed fields and optional parts of a gzip member header (RFC 1952 §2.3). */
export interface GzipHeader {
  /** Bytes before the deflate stream. */
  readonly length: number;
  /** The extra field, without its two length bytes; empty when absent. */
  readonly extra: Uint8Array;
}

const FHCRC = 2;
const FEXTRA = 4;
const FNAME = 8;
const FCOMMENT = 16;

/**
 * Parses the header at the start of `bytes`.
 * @throws RangeError when it is not a gzip header, is cut off, or sets a reserved flag.
 */
export function parseGzipHeader(bytes: Uint8Array): GzipHeader {
  const byte = (at: number): number => {
    const value = bytes[at];
    if (value === undefined) throw new RangeError('gzip header cut off');
    return value;
  };
  if (byte(0) !== 0x1f || byte(1) !== 0x8b) throw new RangeError('no gzip magic number');
  if (byte(2) !== 8) throw new RangeError('gzip method is not deflate');
  const flags = byte(3);
  if (flags & 0xe0) throw new RangeError('reserved gzip flag set');
  byte(9);
  let at = 10;
  let extra = new Uint8Array();
  if (flags & FEXTRA) {
    const size = byte(at) | (byte(at + 1) << 8);
    if (at + 2 + size > bytes.length) throw new RangeError('gzip header cut off');
    extra = bytes.slice(at + 2, at + 2 + size);
    at += 2 + size;
  }
  // A file name or comment is Latin-1 (§2.3.1); nothing here reads it.
  const skipText = () => {
    while (byte(at++) !== 0);
  };
  if (flags & FNAME) skipText();
  if (flags & FCOMMENT) skipText();
  if (flags & FHCRC) {
    byte(at + 1);
    at += 2;
  }
  return { length: at, extra };
}
