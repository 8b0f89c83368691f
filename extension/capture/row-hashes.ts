/** One number a row of a picture; 0 for rows of a single colour. */
export type RowHashes = Uint32Array;

/** FNV-1a over the pixels of each row. @param pixels RGBA, row by row */
export function rowHashes(pixels: Uint8ClampedArray, width: number, height: number): RowHashes {
  const words = new Uint32Array(pixels.buffer, pixels.byteOffset, width * height);
  const hashes = new Uint32Array(height);
  for (let row = 0; row < height; row++) {
    const first = words[row * width];
    let hash = 0x811c9dc5;
    let plain = true;
    for (let at = row * width; at < (row + 1) * width; at++) {
      const word = words[at] ?? 0;
      plain &&= word === first;
      hash = Math.imul(hash ^ word, 0x01000193) >>> 0;
    }
    hashes[row] = plain ? 0 : hash || 1;
  }
  return hashes;
}
