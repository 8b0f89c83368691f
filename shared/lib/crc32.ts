const POLYNOMIAL = 0xedb88320;

/** Eight tables of 256 for slicing-by-8: table k advances the CRC by k + 1 bytes. */
const tables = ((): Uint32Array => {
  const all = new Uint32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    all[byte] = crc;
  }
  for (let at = 256; at < all.length; at++) {
    const before = all[at - 256] ?? 0;
    all[at] = (before >>> 8) ^ (all[before & 255] ?? 0);
  }
  return all;
})();

function table(index: number, byte: number): number {
  return tables[(index << 8) | byte] as number;
}

/**
 * CRC-32 (ISO 3309, as ZIP and gzip use it) for run-times without a native one.
 * @param seed CRC of the bytes before these; 0 at the start.
 * @returns an unsigned 32-bit number.
 */
export function crc32(bytes: Uint8Array, seed = 0): number {
  let crc = ~seed;
  let at = 0;
  for (const last = bytes.length - 8; at <= last; at += 8) {
    const low = crc ^ u32(bytes, at);
    const high = u32(bytes, at + 4);
    crc =
      table(7, low & 255) ^
      table(6, (low >>> 8) & 255) ^
      table(5, (low >>> 16) & 255) ^
      table(4, low >>> 24) ^
      table(3, high & 255) ^
      table(2, (high >>> 8) & 255) ^
      table(1, (high >>> 16) & 255) ^
      table(0, high >>> 24);
  }
  for (; at < bytes.length; at++) crc = (crc >>> 8) ^ table(0, (crc ^ (bytes[at] as number)) & 255);
  return ~crc >>> 0;
}

function u32(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}
