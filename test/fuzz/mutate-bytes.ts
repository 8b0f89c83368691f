import { concatBytes } from '#shared/lib/concat-bytes';
import { toUtf8 } from '#shared/lib/utf8';
import type { Random } from './random.ts';

/** No input grows beyond this: hostile sizes are told apart from hostile structure by the bench. */
const MAX_BYTES = 1 << 20;

/** Numbers at which parsers break: ends of ranges, signs, and one beside each. */
const numbers = [
  ...[0n, 1n, 2n, 7n, 0x7fn, 0x80n, 0xffn, 0x100n, 0x7fffn, 0x8000n, 0xfffen, 0xffffn, 0x10000n],
  ...[0x7fffffffn, 0x80000000n, 0xfffffffen, 0xffffffffn, 0x100000000n],
  ...[2n ** 53n - 1n, 2n ** 53n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n],
];
const widths = [1, 2, 4, 8] as const;

/** Signatures, tags and characters that mean something to one of the parsers. */
const tokens: readonly Uint8Array[] = [
  ...['PK\x03\x04', 'PK\x01\x02', 'PK\x05\x06', 'PK\x06\x06', 'PK\x06\x07', '\x1f\x8b\x08\x04'],
  ...['\0', '\n', '\r\n', '\r\n\r\n', '\n\n', ' ', '=', '+', '/', '\\', '"', '<', '>', '&', '%', '..', '../'],
  ...[
    'WARC/1.1\r\n',
    'Content-Length: 0\r\n',
    '-----BEGIN CERTIFICATE-----\n',
    '\u2014 ',
    '\u202e',
    '\ufeff',
  ],
  ...['𠮷', '\u0000', 'é', 'e\u0301', '﷽', 'sha256:', 'http://', 'urn:uuid:'],
].map(toUtf8);
const rawTokens: readonly Uint8Array[] = [
  ...[
    [0x30, 0x80],
    [0x30, 0x84, 0xff, 0xff, 0xff, 0xff],
    [0x05, 0x00],
    [0x02, 0x01, 0x00],
    [0x00, 0x00],
  ],
  ...[[0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xff, 0xfe], [0x80], [0x1f, 0x8b]],
].map((token) => Uint8Array.from(token));

type Mutation = (random: Random, bytes: Uint8Array, others: readonly Uint8Array[]) => Uint8Array;

const flipBit: Mutation = (random, bytes) => {
  const copy = bytes.slice();
  const at = random.int(copy.length);
  copy[at] = (copy[at] ?? 0) ^ (1 << random.int(8));
  return copy;
};

const setByte: Mutation = (random, bytes) => {
  const copy = bytes.slice();
  copy[random.int(copy.length)] = random.oneIn(2) ? random.int(256) : random.pick([0, 0x7f, 0x80, 0xff]);
  return copy;
};

/** Overwrites a number with a special one, or with one beside what it was. */
const setNumber: Mutation = (random, bytes) => {
  const width = random.pick(widths);
  if (bytes.length < width) return bytes;
  const copy = bytes.slice();
  const at = random.int(copy.length - width + 1);
  const order = copy.subarray(at, at + width);
  const littleEndian = random.oneIn(2);
  const before = BigInt(`0x${Buffer.from(littleEndian ? order.toReversed() : order).toString('hex')}`);
  const value = random.oneIn(2) ? random.pick(numbers) : before + BigInt(random.int(9) - 4);
  for (let n = 0; n < width; n++)
    order[littleEndian ? n : width - 1 - n] = Number((BigInt.asUintN(64, value) >> BigInt(8 * n)) & 255n);
  return copy;
};

function range(random: Random, bytes: Uint8Array): [start: number, end: number] {
  const start = random.int(bytes.length + 1);
  const longest = random.oneIn(3) ? bytes.length - start : Math.min(64, bytes.length - start);
  return [start, start + random.int(longest + 1)];
}

const truncate: Mutation = (random, bytes) => bytes.slice(0, random.int(bytes.length + 1));
const cut: Mutation = (random, bytes) => {
  const [start, end] = range(random, bytes);
  return concatBytes(bytes.subarray(0, start), bytes.subarray(end));
};
const duplicate: Mutation = (random, bytes) => {
  const [start, end] = range(random, bytes);
  return concatBytes(bytes.subarray(0, end), bytes.subarray(start));
};
const splice: Mutation = (random, bytes, others) => {
  const other = random.pick(others);
  const [start, end] = range(random, other);
  const [from, to] = range(random, bytes);
  return concatBytes(
    bytes.subarray(0, from),
    other.subarray(start, end),
    bytes.subarray(random.oneIn(2) ? to : from),
  );
};
const crossOver: Mutation = (random, bytes, others) => {
  const other = random.pick(others);
  return concatBytes(
    bytes.subarray(0, random.int(bytes.length + 1)),
    other.subarray(random.int(other.length + 1)),
  );
};
const insert: Mutation = (random, bytes) => {
  const at = random.int(bytes.length + 1);
  const what = random.oneIn(3)
    ? random.bytes(1 + random.int(16))
    : random.pick(random.oneIn(2) ? tokens : rawTokens);
  return concatBytes(bytes.subarray(0, at), what, bytes.subarray(random.oneIn(2) ? at : at + what.length));
};
const swap: Mutation = (random, bytes) => {
  const cuts = [0, 0, 0, 0].map(() => random.int(bytes.length + 1)).sort((a, b) => a - b) as [
    number,
    number,
    number,
    number,
  ];
  const [a, b, c, d] = cuts;
  const part = (start: number, end?: number) => bytes.subarray(start, end);
  return concatBytes(part(0, a), part(c, d), part(b, c), part(a, b), part(d));
};
/** The same piece many times: what is quadratic becomes slow. */
const repeat: Mutation = (random, bytes) => {
  const [start, end] = range(random, bytes);
  const piece = bytes.subarray(start, end);
  if (piece.length === 0) return bytes;
  const times = Math.min(2 ** random.int(17), Math.floor((MAX_BYTES - bytes.length) / piece.length));
  const many = new Uint8Array(piece.length * Math.max(0, times));
  for (let n = 0; n < times; n++) many.set(piece, n * piece.length);
  return concatBytes(bytes.subarray(0, start), many, bytes.subarray(start));
};

const frequent: readonly Mutation[] = [
  flipBit,
  flipBit,
  setByte,
  setNumber,
  setNumber,
  insert,
  cut,
  duplicate,
];
const rare: readonly Mutation[] = [truncate, splice, crossOver, swap];

/**
 * One to four changes that know nothing of the format.
 * @param others further seeds, to splice with.
 */
export function mutateBytes(random: Random, bytes: Uint8Array, others: readonly Uint8Array[]): Uint8Array {
  let mutated = bytes;
  for (let left = 1 + random.int(4); left > 0; left--) {
    const mutation = random.oneIn(200) ? repeat : random.pick(random.oneIn(4) ? rare : frequent);
    const next = mutated.length === 0 ? insert(random, mutated, others) : mutation(random, mutated, others);
    if (next.length <= MAX_BYTES) mutated = next;
  }
  return mutated;
}
