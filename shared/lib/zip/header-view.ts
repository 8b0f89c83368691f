/** Little-endian reading of a header. */
export interface HeaderView {
  readonly length: number;
  u16(at: number): number;
  u32(at: number): number;
  /** @throws RangeError above 2⁵³ − 1. */
  u64(at: number): number;
  bytes(start: number, end: number): Uint8Array;
}

/** Reads from `bytes`; a position outside throws RangeError. */
export function headerView(bytes: Uint8Array): HeaderView {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    length: bytes.length,
    u16: (at) => view.getUint16(at, true),
    u32: (at) => view.getUint32(at, true),
    u64(at) {
      const value = Number(view.getBigUint64(at, true));
      if (!Number.isSafeInteger(value)) throw new RangeError('number above 2^53');
      return value;
    },
    bytes: (start, end) => bytes.subarray(start, end),
  };
}
