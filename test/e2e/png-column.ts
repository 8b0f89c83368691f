import { inflateSync } from 'node:zlib';

export interface PngColumn {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue of one pixel of each row. */
  readonly pixels: readonly (readonly [number, number, number])[];
}

/** One column of a PNG (ISO/IEC 15948), 8 bits a channel, RGB or RGBA, not interlaced. @param x negative: from the right */
export function pngColumn(png: Uint8Array, x: number): PngColumn {
  const bytes = Buffer.from(png);
  const width = bytes.readUInt32BE(16);
  const height = bytes.readUInt32BE(20);
  const channels = bytes[25] === 6 ? 4 : 3;
  const parts: Buffer[] = [];
  for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at))
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)));
  const filtered = inflateSync(Buffer.concat(parts));
  const stride = width * channels;
  const column = (x < 0 ? width + x : x) * channels;
  const pixels: [number, number, number][] = [];
  let above = new Uint8Array(stride);
  for (let row = 0; row < height; row++) {
    const start = row * (stride + 1);
    const line = Uint8Array.from(filtered.subarray(start + 1, start + 1 + stride));
    unfilter(filtered[start] ?? 0, line, above, channels);
    pixels.push([line[column] ?? 0, line[column + 1] ?? 0, line[column + 2] ?? 0]);
    above = line;
  }
  return { width, height, pixels };
}

/** ISO/IEC 15948 §9.2. */
function unfilter(type: number, line: Uint8Array, above: Uint8Array, channels: number): void {
  for (let i = 0; i < line.length; i++) {
    const left = i < channels ? 0 : (line[i - channels] ?? 0);
    const up = above[i] ?? 0;
    const corner = i < channels ? 0 : (above[i - channels] ?? 0);
    const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][type] ?? 0;
    line[i] = (line[i] ?? 0) + predicted;
  }
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}
