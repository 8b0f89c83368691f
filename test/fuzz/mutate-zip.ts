import { mutateBytes } from './mutate-bytes.ts';
import type { Random } from './random.ts';

/** Offset and width of every field of the records of APPNOTE 6.3.10, by signature. */
const records: readonly {
  signature: string;
  fields: readonly (readonly [offset: number, width: 2 | 4 | 8])[];
}[] = [
  {
    signature: 'PK\x03\x04',
    fields: [
      [0, 4],
      [4, 2],
      [6, 2],
      [8, 2],
      [10, 2],
      [12, 2],
      [14, 4],
      [18, 4],
      [22, 4],
      [26, 2],
      [28, 2],
    ],
  },
  {
    signature: 'PK\x01\x02',
    fields: [
      ...([
        [0, 4],
        [4, 2],
        [6, 2],
        [8, 2],
        [10, 2],
        [12, 2],
        [14, 2],
        [16, 4],
        [20, 4],
        [24, 4],
      ] as const),
      ...([
        [28, 2],
        [30, 2],
        [32, 2],
        [34, 2],
        [36, 2],
        [38, 4],
        [42, 4],
      ] as const),
    ],
  },
  {
    signature: 'PK\x05\x06',
    fields: [
      [0, 4],
      [4, 2],
      [6, 2],
      [8, 2],
      [10, 2],
      [12, 4],
      [16, 4],
      [20, 2],
    ],
  },
  {
    signature: 'PK\x06\x06',
    fields: [
      [0, 4],
      [4, 8],
      [12, 2],
      [14, 2],
      [16, 4],
      [20, 4],
      [24, 8],
      [32, 8],
      [40, 8],
      [48, 8],
    ],
  },
  {
    signature: 'PK\x06\x07',
    fields: [
      [0, 4],
      [4, 4],
      [8, 8],
      [16, 4],
    ],
  },
];

/** Sets fields of ZIP records to special values, to a neighbour's, or to one beside what they were. */
export function mutateZip(random: Random, bytes: Uint8Array, others: readonly Uint8Array[]): Uint8Array {
  if (random.oneIn(3)) return mutateBytes(random, bytes, others);
  const copy = Buffer.from(bytes);
  for (let left = 1 + random.int(3); left > 0; left--) {
    const { signature, fields } = random.pick(records);
    const [offset, width] = random.pick(fields);
    const places = placesOf(copy, signature).map((at) => at + offset);
    const [place, other] = [places.length === 0 ? -1 : random.pick(places), places[0] ?? -1];
    if (place < 0 || place + width > copy.length) continue;
    const before = readNumber(copy, place, width);
    const values = [
      0n,
      1n,
      before - 1n,
      before + 1n,
      2n * before,
      2n ** BigInt(8 * width) - 1n,
      readNumber(copy, other, width),
    ];
    writeNumber(copy, place, width, random.oneIn(3) ? BigInt(random.int(2 ** 32)) : random.pick(values));
  }
  return new Uint8Array(copy);
}

function placesOf(bytes: Buffer, signature: string): number[] {
  const found: number[] = [];
  for (
    let at = bytes.indexOf(signature, 0, 'latin1');
    at >= 0;
    at = bytes.indexOf(signature, at + 1, 'latin1')
  )
    found.push(at);
  return found;
}

function readNumber(bytes: Buffer, at: number, width: number): bigint {
  let value = 0n;
  for (let n = width - 1; n >= 0; n--) value = value * 256n + BigInt(bytes[at + n] ?? 0);
  return value;
}

function writeNumber(bytes: Buffer, at: number, width: number, value: bigint): void {
  for (let n = 0; n < width; n++) bytes[at + n] = Number((BigInt.asUintN(64, value) >> BigInt(8 * n)) & 255n);
}
