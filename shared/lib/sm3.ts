/** State before the first block (GB/T 32905-2016 §4.1). */
const INITIAL = [
  0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e,
] as const;
const BLOCK = 64;

interface IncrementalSm3 {
  update(bytes: Uint8Array): void;
  /** 32 bytes; may be called once. */
  digest(): Uint8Array;
}

/** An incremental SM3 (GB/T 32905-2016). */
export function createSm3(): IncrementalSm3 {
  const state = Int32Array.from(INITIAL);
  const words = new Int32Array(68);
  const block = new Uint8Array(BLOCK);
  let filled = 0;
  let length = 0;
  const absorb = (bytes: Uint8Array): void => {
    for (let at = 0; at < bytes.length; ) {
      const part = bytes.subarray(at, at + BLOCK - filled);
      block.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < BLOCK) return;
      compress(state, block, words);
      filled = 0;
    }
  };
  return {
    update(bytes) {
      length += bytes.length;
      absorb(bytes);
    },
    digest() {
      const padding = new Uint8Array(((119 - (length % BLOCK)) % BLOCK) + 1);
      padding[0] = 0x80;
      const bits = new Uint8Array(8);
      new DataView(bits.buffer).setBigUint64(0, BigInt(length) * 8n);
      absorb(padding);
      absorb(bits);
      const digest = new Uint8Array(32);
      const view = new DataView(digest.buffer);
      state.forEach((word, index) => {
        view.setInt32(4 * index, word);
      });
      return digest;
    },
  };
}

/** SM3 of small data. */
export function sm3(bytes: Uint8Array): Uint8Array {
  const hash = createSm3();
  hash.update(bytes);
  return hash.digest();
}

/** Constants of the rounds, each rotated by its round (§4.2, §5.3.3). */
const ROUND = Int32Array.from({ length: 64 }, (_, j) => rotate(j < 16 ? 0x79cc4519 : 0x7a879d8a, j % 32));

/** §5.3.2 and §5.3.3: expansion and compression of one block. */
function compress(state: Int32Array, block: Uint8Array, w: Int32Array): void {
  expand(block, w);
  let a = at(state, 0);
  let b = at(state, 1);
  let c = at(state, 2);
  let d = at(state, 3);
  let e = at(state, 4);
  let f = at(state, 5);
  let g = at(state, 6);
  let h = at(state, 7);
  for (let j = 0; j < 64; j++) {
    const rotated = rotate(a, 12);
    const ss1 = rotate((rotated + e + at(ROUND, j)) | 0, 7);
    const ff = j < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
    const gg = j < 16 ? e ^ f ^ g : (e & f) | (~e & g);
    const tt1 = (ff + d + (ss1 ^ rotated) + (at(w, j) ^ at(w, j + 4))) | 0;
    const tt2 = (gg + h + ss1 + at(w, j)) | 0;
    d = c;
    c = rotate(b, 9);
    b = a;
    a = tt1;
    h = g;
    g = rotate(f, 19);
    f = e;
    e = tt2 ^ rotate(tt2, 9) ^ rotate(tt2, 17);
  }
  state[0] = at(state, 0) ^ a;
  state[1] = at(state, 1) ^ b;
  state[2] = at(state, 2) ^ c;
  state[3] = at(state, 3) ^ d;
  state[4] = at(state, 4) ^ e;
  state[5] = at(state, 5) ^ f;
  state[6] = at(state, 6) ^ g;
  state[7] = at(state, 7) ^ h;
}

function expand(block: Uint8Array, w: Int32Array): void {
  const view = new DataView(block.buffer, block.byteOffset, BLOCK);
  for (let j = 0; j < 16; j++) w[j] = view.getInt32(4 * j);
  for (let j = 16; j < 68; j++) {
    const x = at(w, j - 16) ^ at(w, j - 9) ^ rotate(at(w, j - 3), 15);
    w[j] = x ^ rotate(x, 15) ^ rotate(x, 23) ^ rotate(at(w, j - 13), 7) ^ at(w, j - 6);
  }
}

function at(words: Int32Array, index: number): number {
  return words[index] as number;
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}
