/** A small deterministic generator: the same seed and index give the same input in every run. */
export interface Random {
  /** An integer in `[0, below)`; 0 when `below` is 0. */
  int(below: number): number;
  /** True once in `n` on average. */
  oneIn(n: number): boolean;
  pick<T>(list: readonly T[]): T;
  bytes(length: number): Uint8Array;
}

/** xoshiro128** (Blackman and Vigna), seeded from two 32-bit numbers by splitmix32. */
export function random(seed: number, index: number): Random {
  let mix = (seed ^ Math.imul(index + 1, 0x9e3779b9)) | 0;
  const next32 = () => {
    mix = (mix + 0x9e3779b9) | 0;
    let z = mix ^ (mix >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return z ^ (z >>> 15);
  };
  let [a, b, c, d] = [next32(), next32(), next32(), next32() | 1];
  const u32 = () => {
    const scrambled = Math.imul(b, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9);
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result >>> 0;
  };
  const int = (below: number) => (below < 1 ? 0 : Math.floor((u32() / 2 ** 32) * below));
  return {
    int,
    oneIn: (n) => int(n) === 0,
    pick: (list) => {
      const value = list[int(list.length)];
      if (list.length === 0) throw new RangeError('nothing to pick from');
      return value as (typeof list)[number];
    },
    bytes: (length) => Uint8Array.from({ length }, () => u32() & 255),
  };
}
