import { generateKeyPairSync, sign } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { SignatureAlgorithm } from '#shared/lib/port';
import { nodePorts } from '../../../server/store/node-ports.ts';
import { blobSource } from './blob-source.ts';
import { createWebPorts } from './web-ports.ts';

const pairs = {
  p256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  p384: generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  rsa3: generateKeyPairSync('rsa', { modulusLength: 3072, publicExponent: 3 }),
  ed25519: generateKeyPairSync('ed25519'),
};
const spki = (name: keyof typeof pairs) =>
  new Uint8Array(pairs[name].publicKey.export({ type: 'spki', format: 'der' }));
const data = new TextEncoder().encode('什么内容都行');

const cases: [SignatureAlgorithm, keyof typeof pairs, string | null][] = [
  ['ecdsa-p256-sha256', 'p256', 'sha256'],
  ['ecdsa-p256-sha384', 'p256', 'sha384'],
  ['ecdsa-p384-sha256', 'p384', 'sha256'],
  ['ecdsa-p384-sha384', 'p384', 'sha384'],
  ['rsa-pkcs1-sha256', 'rsa', 'sha256'],
  ['rsa-pkcs1-sha384', 'rsa3', 'sha384'],
  ['rsa-pkcs1-sha512', 'rsa', 'sha512'],
  ['ed25519', 'ed25519', null],
];
const signed = (name: keyof typeof pairs, digest: string | null) =>
  new Uint8Array(sign(digest, data, { key: pairs[name].privateKey, dsaEncoding: 'ieee-p1363' }));

describe.each([
  ['with WebCrypto', globalThis.crypto.subtle],
  ['without WebCrypto', undefined],
] as const)('%s', (_, subtle) => {
  const ports = createWebPorts(subtle);

  test.each(cases)('%s is judged as node does', async (algorithm, name, digest) => {
    const { verifySignature } = await ports;
    const signature = signed(name, digest);
    const good = { algorithm, publicKey: spki(name), data, signature };
    const bad = [
      { ...good, data: data.with(0, 0) },
      { ...good, signature: signature.with(5, (signature[5] ?? 0) ^ 1) },
      { ...good, signature: signature.subarray(1) },
      { ...good, signature: new Uint8Array(signature.length) },
      { ...good, signature: new Uint8Array() },
      { ...good, publicKey: spki(name === 'p256' ? 'p384' : 'p256') },
      { ...good, publicKey: spki(name).subarray(0, -1) },
      { ...good, publicKey: spki(name).with(40, (spki(name)[40] ?? 0) ^ 1) },
      { ...good, publicKey: new Uint8Array(3) },
    ];
    expect(await verifySignature(good)).toBe(true);
    for (const input of bad) {
      expect(await verifySignature(input)).toBe(false);
      expect(await nodePorts.verifySignature(input)).toBe(false);
    }
  });

  test('digests, interleaved and whole', async () => {
    const { createSha256, sha256 } = await ports;
    const texts = ['a', 'b'].map((letter) => new TextEncoder().encode(letter.repeat(100_000)));
    const hashes = texts.map(() => createSha256());
    for (let at = 0; at < 100_000; at += 777)
      for (const [index, hash] of hashes.entries()) hash.update(texts[index]!.subarray(at, at + 777));
    for (const [index, hash] of hashes.entries()) {
      const expected = [...(await nodePorts.sha256(texts[index]!))];
      expect([...hash.digest()]).toEqual(expected);
      expect([...(await sha256(texts[index]!))]).toEqual(expected);
    }
    expect([...createSha256().digest()]).toEqual([...(await nodePorts.sha256(new Uint8Array()))]);
  });
});

test('gunzip takes one whole member of the size allowed, and nothing else', async () => {
  const { gunzip } = await createWebPorts();
  const text = new TextEncoder().encode('gzip '.repeat(1000));
  const member = new Uint8Array(gzipSync(text));
  expect([...(await gunzip(member, text.length))]).toEqual([...text]);
  const second = Uint8Array.from([...member, 0]);
  for (const [bytes, limit] of [
    [member, text.length - 1],
    [second, text.length],
    [member.subarray(0, -1), text.length],
    [member.with(-6, (member.at(-6) ?? 0) ^ 1), text.length],
    [new Uint8Array(4), 10],
  ] as const)
    await expect(gunzip(bytes, limit)).rejects.toThrow();
});

test('a blob is read by slices, in windows, exactly', async () => {
  const bytes = new Uint8Array(600_000).map((_, index) => (index * 7) % 251);
  let read = 0;
  const source = blobSource(new Blob([bytes]), (length) => {
    read += length;
  });
  for (const [offset, length] of [
    [0, 10],
    [5, 100],
    [262_100, 100],
    [599_990, 10],
    [1, 599_999],
    [600_000, 0],
    [100, 300_000],
  ] as const)
    expect(Buffer.compare(await source.read(offset, length), bytes.subarray(offset, offset + length))).toBe(
      0,
    );
  expect(read).toBe(10 + 100 + 100 + 10 + 599_999 + 300_000);
  for (const [offset, length] of [
    [-1, 1],
    [0, 600_001],
    [600_000, 1],
    [0, Number.NaN],
  ] as const)
    await expect(source.read(offset, length)).rejects.toThrow(RangeError);
});
