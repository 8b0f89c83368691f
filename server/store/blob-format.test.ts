import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesSource } from '#shared/lib/bytes-source';
import { sha256Hex } from '#shared/lib/sha256';
import { encryptedSize, HEADER_BYTES, SEALED_SEGMENT_BYTES, SEGMENT_BYTES } from './blob-format.ts';
import { type BlobKey, blobKey } from './blob-key.ts';
import type { Blobs } from './blobs.ts';
import { openDecrypted } from './decrypted-source.ts';
import { encryptedBlobs } from './encrypted-blobs.ts';

const key = blobKey(new Uint8Array(randomBytes(32)));
const LABEL = 'EVD-A.asice';

/** Bytes of some length whose every segment differs. */
function text(length: number): Uint8Array {
  const block = createHash('sha512').update(String(length)).digest();
  return Uint8Array.from({ length }, (_, index) => (block[index % 64] ?? 0) ^ (index >> 8));
}

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** As `encryptedBlobs` stores it. */
async function encrypt(
  plain: Uint8Array | AsyncIterable<Uint8Array>,
  by: BlobKey = key,
  name = LABEL,
): Promise<Uint8Array> {
  const stored: Uint8Array[] = [];
  const put: Blobs['put'] = async (_, content) => {
    for await (const piece of content instanceof Uint8Array ? [content] : content) stored.push(piece);
  };
  await encryptedBlobs({ put } as Blobs, by).put(name, plain);
  return new Uint8Array(Buffer.concat(stored));
}

const open = (bytes: Uint8Array, by: BlobKey = key, label = LABEL) =>
  openDecrypted({ ...bytesSource(bytes), close: async () => undefined }, by, label);

async function decrypt(bytes: Uint8Array): Promise<Uint8Array> {
  const source = await open(bytes);
  return source.read(0, source.size);
}

/** Around the ends of segments, and a few others. */
const EDGES = [0, 1, 2, SEGMENT_BYTES].flatMap((n) => [n, n + SEGMENT_BYTES - 1]);
const lengths = fc.oneof(
  fc.constantFrom(...EDGES, 3 * SEGMENT_BYTES, 3 * SEGMENT_BYTES + 1, 20 * SEGMENT_BYTES + 5),
  fc.integer({ min: 0, max: 4 * SEGMENT_BYTES }),
);

test('any text in any pieces is the same when opened, and as long as foretold', async () => {
  await fc.assert(
    fc.asyncProperty(lengths, fc.integer({ min: 1, max: 3 * SEGMENT_BYTES }), async (length, piece) => {
      const plain = text(length);
      const stored = await encrypt(inPieces(plain, Math.max(piece, Math.ceil(length / 500))));
      expect(stored.length).toBe(encryptedSize(length));
      expect(Buffer.compare(await decrypt(stored), plain)).toBe(0);
    }),
    { numRuns: 60 },
  );
});

test('any range is the slice, and only its segments are read', async () => {
  const plain = text(20 * SEGMENT_BYTES + 77);
  const stored = await encrypt(plain);
  const inner = bytesSource(stored);
  let read = 0;
  const counting = {
    ...inner,
    read: (offset: number, length: number) => {
      read += length;
      return inner.read(offset, length);
    },
    close: async () => undefined,
  };
  const source = await openDecrypted(counting, key, LABEL);
  expect(read).toBeLessThanOrEqual(HEADER_BYTES + SEALED_SEGMENT_BYTES);
  await fc.assert(
    fc.asyncProperty(fc.nat(plain.length), fc.nat(plain.length), async (a, b) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      read = 0;
      const found = await source.read(from, to - from);
      expect(Buffer.compare(found, plain.subarray(from, to))).toBe(0);
      expect(read).toBeLessThanOrEqual(
        SEALED_SEGMENT_BYTES * (Math.ceil(to / SEGMENT_BYTES) - Math.floor(from / SEGMENT_BYTES)),
      );
    }),
    { numRuns: 100 },
  );
  read = 0;
  expect(await source.read(plain.length, 0)).toHaveLength(0);
  expect(read).toBe(0);
  for (const [offset, length] of [
    [plain.length, 1],
    [-1, 1],
    [0, -1],
    [Number.NaN, 1],
  ] as const)
    await expect(source.read(offset, length)).rejects.toThrow(RangeError);
});

const refused = { code: expect.stringMatching(/^BLOB_(DAMAGED|KEY_DIFFERS)$/), entry: LABEL };

test('every flipped bit of a small file is refused, and any of a large one', async () => {
  const small = await encrypt(text(5));
  for (let bit = 0; bit < small.length * 8; bit++) {
    const altered = Uint8Array.from(small);
    altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    await expect(decrypt(altered), `bit ${bit}`).rejects.toMatchObject(refused);
  }
  const large = await encrypt(text(3 * SEGMENT_BYTES + 9));
  await fc.assert(
    fc.asyncProperty(fc.nat(large.length * 8 - 1), async (bit) => {
      const altered = Uint8Array.from(large);
      altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      await expect(decrypt(altered)).rejects.toMatchObject(refused);
    }),
    { numRuns: 60 },
  );
});

test('a file that is cut off or extended anywhere is refused when it is opened', async () => {
  const stored = await encrypt(text(3 * SEGMENT_BYTES + 9));
  const ends = [0, 1, 2, 3].map((n) => HEADER_BYTES + n * SEALED_SEGMENT_BYTES);
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.constantFrom(...ends), fc.nat(stored.length - 1)), async (length) => {
      await expect(open(stored.slice(0, length))).rejects.toMatchObject(refused);
    }),
    { numRuns: 100 },
  );
  const empty = await encrypt(new Uint8Array());
  await expect(open(empty.slice(0, HEADER_BYTES))).rejects.toMatchObject(refused);
  for (const more of [1, 15, 16, 17, SEALED_SEGMENT_BYTES])
    for (const file of [stored, empty])
      await expect(open(Buffer.concat([file, randomBytes(more)]))).rejects.toMatchObject(refused);
  // Another file's last segment, and its own once more.
  const last = stored.slice(HEADER_BYTES + 3 * SEALED_SEGMENT_BYTES);
  await expect(open(Buffer.concat([stored, last]))).rejects.toMatchObject(refused);
});

test('segments moved, repeated, left out or taken from another file, and another header, are refused', async () => {
  const plain = text(4 * SEGMENT_BYTES);
  const [one, two] = [await encrypt(plain), await encrypt(plain)];
  const parts = (file: Uint8Array) => [
    file.subarray(0, HEADER_BYTES),
    ...[0, 1, 2, 3].map((n) =>
      file.subarray(HEADER_BYTES + n * SEALED_SEGMENT_BYTES, HEADER_BYTES + (n + 1) * SEALED_SEGMENT_BYTES),
    ),
  ];
  const [header, a, b, c, d] = parts(one) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  const [otherHeader, otherA] = parts(two) as [Uint8Array, Uint8Array];
  const joined = (...list: Uint8Array[]) => new Uint8Array(Buffer.concat(list));
  expect(Buffer.compare(await decrypt(joined(header, a, b, c, d)), plain)).toBe(0);
  for (const wrong of [
    joined(header, b, a, c, d),
    joined(header, a, b, b, d),
    joined(header, a, c, d),
    joined(header, a, b, c, c),
    joined(header, d, b, c, a),
    joined(header, otherA, b, c, d),
    joined(otherHeader, a, b, c, d),
  ])
    await expect(decrypt(wrong)).rejects.toMatchObject({ code: 'BLOB_DAMAGED' });
});

test('a file of another package, or another file of this one, is refused', async () => {
  const stored = await encrypt(text(9));
  const other = blobKey(new Uint8Array(randomBytes(32)));
  await expect(open(stored, other)).rejects.toMatchObject({ code: 'BLOB_KEY_DIFFERS' });
  await expect(open(stored, { ...other, id: key.id })).rejects.toMatchObject({ code: 'BLOB_DAMAGED' });
  await expect(open(stored, key, 'certificate.pdf')).rejects.toMatchObject({ code: 'BLOB_DAMAGED' });
  // Never the same twice, whatever is stored.
  expect(sha256Hex(await encrypt(text(9)))).not.toBe(sha256Hex(stored));
});
