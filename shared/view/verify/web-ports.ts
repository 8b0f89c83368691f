import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { createSHA256 } from 'hash-wasm';
import { concatBytes } from '#shared/lib/concat-bytes';
import { crc32 } from '#shared/lib/crc32';
import type { IncrementalSha256, Ports, SignatureAlgorithm, SignatureInput } from '#shared/lib/port';
import { verifyWithoutWebCrypto } from './verify-without-web-crypto.ts';

/**
 * `Ports` of the pure core for browsers and their workers: hashing in WebAssembly where the page's policy allows it,
 * signatures by WebCrypto where there is one (not on plain-http pages) and in JavaScript elsewhere.
 * @param subtle WebCrypto, or `undefined` to do without.
 */
export async function createWebPorts(
  subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle,
): Promise<Ports> {
  const createSha256 = await sha256Factory();
  return {
    sha256: async (bytes) => {
      if (subtle === undefined) return nobleSha256(bytes);
      return new Uint8Array(await subtle.digest('SHA-256', ownBytes(bytes)));
    },
    createSha256,
    gunzip,
    crc32,
    verifySignature: (input) =>
      subtle === undefined || input.algorithm === 'ed25519'
        ? verifyWithoutWebCrypto(input)
        : verifyWith(subtle, input),
  };
}

/**
 * One WebAssembly instance serves all digests in turn, each with a state of its own: measured 130 to 180 MB/s, against
 * 46 of JavaScript, which takes over where the policy of the page forbids WebAssembly.
 */
async function sha256Factory(): Promise<() => IncrementalSha256> {
  const hasher = await createSHA256().catch(() => undefined);
  if (hasher === undefined)
    return () => {
      const hash = nobleSha256.create();
      return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest() };
    };
  return () => {
    let state = hasher.init().save();
    return {
      update(bytes) {
        state = hasher.load(state).update(bytes).save();
      },
      digest: () => hasher.load(state).digest('binary'),
    };
  };
}

/**
 * Browsers refuse trailing bytes and a wrong checksum themselves (Compression Streams §4); that the member ends with its
 * own trailer is compared all the same, because other run-times read on.
 */
async function gunzip(member: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  const stream = new Blob([ownBytes(member)]).stream().pipeThrough(new DecompressionStream('gzip'));
  const reader = stream.getReader();
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return trailed(member, concatBytes(...parts));
    bytes += value.length;
    if (bytes > maxBytes) {
      await reader.cancel();
      throw new RangeError(`gzip member yields more than ${maxBytes} bytes`);
    }
    parts.push(value);
  }
}

/** @throws RangeError unless the last eight bytes are CRC-32 and length of the content (RFC 1952 §2.3.1). */
function trailed(member: Uint8Array, content: Uint8Array): Uint8Array {
  const trailer = new DataView(member.buffer, member.byteOffset + member.length - 8, 8);
  if (
    trailer.getUint32(0, true) !== crc32(content) ||
    trailer.getUint32(4, true) !== content.length % 2 ** 32
  )
    throw new RangeError('gzip trailer is not that of the content');
  return content;
}

const ecdsa = (namedCurve: string, hash: string) => ({
  key: { name: 'ECDSA', namedCurve },
  check: { name: 'ECDSA', hash },
});
const rsa = (hash: string) => ({ key: { name: 'RSASSA-PKCS1-v1_5', hash }, check: 'RSASSA-PKCS1-v1_5' });

/** Ed25519 came late to WebCrypto, and a log proof has few signatures. */
const webCrypto: Record<
  Exclude<SignatureAlgorithm, 'ed25519'>,
  { key: EcKeyImportParams | RsaHashedImportParams; check: EcdsaParams | string }
> = {
  'ecdsa-p256-sha256': ecdsa('P-256', 'SHA-256'),
  'ecdsa-p256-sha384': ecdsa('P-256', 'SHA-384'),
  'ecdsa-p384-sha256': ecdsa('P-384', 'SHA-256'),
  'ecdsa-p384-sha384': ecdsa('P-384', 'SHA-384'),
  'rsa-pkcs1-sha256': rsa('SHA-256'),
  'rsa-pkcs1-sha384': rsa('SHA-384'),
  'rsa-pkcs1-sha512': rsa('SHA-512'),
};

async function verifyWith(
  subtle: SubtleCrypto,
  { algorithm, publicKey, data, signature }: SignatureInput,
): Promise<boolean> {
  if (algorithm === 'ed25519') return false;
  const { key, check } = webCrypto[algorithm];
  try {
    const imported = await subtle.importKey('spki', ownBytes(publicKey), key, false, ['verify']);
    return await subtle.verify(check, imported, ownBytes(signature), ownBytes(data));
  } catch {
    // A key that does not fit the algorithm: the contract says `false`.
    return false;
  }
}

/** WebCrypto and Blob refuse views of shared memory; ours never are. */
function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);
}
