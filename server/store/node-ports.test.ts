import { generateKeyPairSync, sign } from 'node:crypto';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { concatBytes } from '#shared/lib/concat-bytes';
import { crc32 } from '#shared/lib/crc32';
import { toHex } from '#shared/lib/hex';
import { sha256Hex } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { nodePorts } from './node-ports.ts';

const data = toUtf8('evidence '.repeat(1000));

test('hashes like the synchronous SHA-256, whole and in parts', async () => {
  const hash = nodePorts.createSha256();
  hash.update(data.subarray(0, 10));
  hash.update(data.subarray(10));
  expect(toHex(hash.digest())).toBe(sha256Hex(data));
  expect(toHex(await nodePorts.sha256(data))).toBe(sha256Hex(data));
  expect(nodePorts.crc32(data)).toBe(crc32(data));
  expect(nodePorts.crc32(data.subarray(9), nodePorts.crc32(data.subarray(0, 9)))).toBe(crc32(data));
});

test('gunzips exactly one member', async () => {
  const member = gzipSync(data);
  expect(await nodePorts.gunzip(member, data.length)).toEqual(Buffer.from(data));
  expect(await nodePorts.gunzip(gzipSync(''), 0)).toHaveLength(0);
  const wrongCrc = Uint8Array.from(member);
  wrongCrc[member.length - 8]! ^= 1;
  const wrongSize = Uint8Array.from(member);
  wrongSize[member.length - 1]! ^= 1;
  for (const bad of [
    concatBytes(member, gzipSync('second')),
    concatBytes(member, new Uint8Array(1)),
    member.subarray(0, -1),
    member.subarray(0, 40),
    member.subarray(0, 5),
    deflateRawSync(data),
    wrongCrc,
    wrongSize,
    new Uint8Array(),
  ])
    await expect(nodePorts.gunzip(bad, 1e6)).rejects.toThrow();
});

test('stops a gzip bomb at the limit', async () => {
  const bomb = gzipSync(new Uint8Array(50_000_000));
  await expect(nodePorts.gunzip(bomb, 1_000_000)).rejects.toThrow();
  await expect(nodePorts.gunzip(gzipSync('1'), 0)).rejects.toThrow();
});

test('verifies signatures, and only with the key type the algorithm names', async () => {
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ed = generateKeyPairSync('ed25519');
  const spki = (key: typeof p384.publicKey) => key.export({ format: 'der', type: 'spki' });
  const p1363 = (key: typeof p384.privateKey) => sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' });
  const good = {
    algorithm: 'ecdsa-p384-sha256',
    publicKey: spki(p384.publicKey),
    data,
    signature: p1363(p384.privateKey),
  } as const;
  expect(await nodePorts.verifySignature(good)).toBe(true);
  expect(
    await nodePorts.verifySignature({
      algorithm: 'ed25519',
      publicKey: spki(ed.publicKey),
      data,
      signature: sign(null, data, ed.privateKey),
    }),
  ).toBe(true);
  for (const bad of [
    { ...good, data: data.subarray(1) },
    { ...good, signature: good.signature.subarray(1) },
    { ...good, publicKey: spki(p256.publicKey), signature: p1363(p256.privateKey) },
    { ...good, publicKey: new Uint8Array(7) },
    { ...good, algorithm: 'ed25519' } as const,
  ])
    expect(await nodePorts.verifySignature(bad)).toBe(false);
});
