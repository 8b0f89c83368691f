import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { crc32, inflateRaw, inflateRawSync } from 'node:zlib';
import { parseGzipHeader } from '#shared/lib/gzip-header';
import type { Ports, SignatureAlgorithm, SignatureInput } from '#shared/lib/port';

/** What zlib gives with `info: true`: `bytesWritten` tells how much of the input the stream took. */
interface Inflated {
  readonly buffer: Uint8Array;
  readonly engine: { readonly bytesWritten: number };
}

/** `Ports` of the pure core, by node:crypto and node:zlib. */
export const nodePorts: Ports = {
  async sha256(bytes) {
    return createHash('sha256').update(bytes).digest();
  },
  createSha256() {
    const hash = createHash('sha256');
    return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest() };
  },
  async verifySignature(input) {
    try {
      return verifyWith(input);
    } catch {
      return false;
    }
  },
  gunzip,
  crc32: (bytes, seed = 0) => crc32(bytes, seed),
};

/** Key type (and curve) each algorithm demands; a key of another type never verifies. */
const keyTypes: Record<SignatureAlgorithm, { type: string; curve?: string; digest: string | null }> = {
  'ecdsa-p256-sha256': { type: 'ec', curve: 'prime256v1', digest: 'sha256' },
  'ecdsa-p256-sha384': { type: 'ec', curve: 'prime256v1', digest: 'sha384' },
  'ecdsa-p384-sha256': { type: 'ec', curve: 'secp384r1', digest: 'sha256' },
  'ecdsa-p384-sha384': { type: 'ec', curve: 'secp384r1', digest: 'sha384' },
  'rsa-pkcs1-sha256': { type: 'rsa', digest: 'sha256' },
  'rsa-pkcs1-sha384': { type: 'rsa', digest: 'sha384' },
  'rsa-pkcs1-sha512': { type: 'rsa', digest: 'sha512' },
  ed25519: { type: 'ed25519', digest: null },
};

function verifyWith({ algorithm, publicKey, data, signature }: SignatureInput): boolean {
  const key = publicKeyOf(publicKey);
  const { type, curve, digest } = keyTypes[algorithm];
  if (key.asymmetricKeyType !== type || (curve !== undefined && curveOf(key) !== curve)) return false;
  return type === 'ec'
    ? verify(digest, data, { key, dsaEncoding: 'ieee-p1363' }, signature)
    : verify(digest, data, key, signature);
}

const KNOWN_KEYS = 256;
const knownKeys = new Map<string, KeyObject>();

/** A seal is verified with a handful of keys, some thirty times over; reading a key takes as long as using it. */
function publicKeyOf(spki: Uint8Array): KeyObject {
  const name = Buffer.from(spki.buffer, spki.byteOffset, spki.length).toString('latin1');
  const known = knownKeys.get(name);
  if (known !== undefined) return known;
  const key = createPublicKey({ key: spki as Buffer, format: 'der', type: 'spki' });
  if (knownKeys.size >= KNOWN_KEYS) knownKeys.clear();
  knownKeys.set(name, key);
  return key;
}

function curveOf(key: KeyObject): string | undefined {
  return key.asymmetricKeyDetails?.namedCurve;
}

async function gunzip(member: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  const start = parseGzipHeader(member).length;
  const { buffer, engine } = await inflate(member.subarray(start), maxBytes);
  const end = start + engine.bytesWritten;
  if (member.length !== end + 8) throw new RangeError('gzip member is cut off or has trailing bytes');
  const trailer = new DataView(member.buffer, member.byteOffset + end, 8);
  if (trailer.getUint32(0, true) !== crc32(buffer)) throw new RangeError('gzip checksum is wrong');
  if (trailer.getUint32(4, true) !== buffer.length % 2 ** 32) throw new RangeError('gzip length is wrong');
  if (buffer.length > maxBytes) throw new RangeError('gzip member yields too many bytes');
  return buffer;
}

/** A short stream is inflated here and now: handing it to another thread takes longer than it does. */
const SHORT_BYTES = 2 ** 14;

async function inflate(stream: Uint8Array, maxBytes: number): Promise<Inflated> {
  // zlib demands a limit of at least 1.
  const options = { info: true, maxOutputLength: Math.max(1, maxBytes) };
  if (stream.length <= SHORT_BYTES) return inflateRawSync(stream, options) as unknown as Inflated;
  return new Promise((resolve, reject) => {
    inflateRaw(stream, options, (error, result) => {
      if (error === null) resolve(result as unknown as Inflated);
      else reject(error);
    });
  });
}
