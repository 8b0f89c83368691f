/**
 * What the pure core needs from the outside. Node files, Blobs and test buffers implement `ByteSource`;
 * node:crypto and WebCrypto implement `Ports`. Adapters live outside `shared/`.
 */

/** Random access to immutable bytes. */
export interface ByteSource {
  /** Total number of bytes. */
  readonly size: number;
  /**
   * Reads exactly `length` bytes at `offset`.
   * @throws RangeError when the range does not lie inside `[0, size)`; never returns fewer bytes.
   */
  read(offset: number, length: number): Promise<Uint8Array>;
  /**
   * Digests of a range, where the source computes them beside the caller (worker threads): several may be under way.
   * Absent where that gains nothing; see `rangeDigest`.
   * @throws RangeError as `read`.
   */
  digest?(offset: number, length: number): Promise<RangeDigest>;
}

/** What a ZIP entry is checked by. */
export interface RangeDigest {
  /** 32 bytes. */
  readonly sha256: Uint8Array;
  /** CRC-32 (ISO 3309), unsigned. */
  readonly crc32: number;
}

/** An incremental SHA-256. `digest` may be called once. */
export interface IncrementalSha256 {
  update(bytes: Uint8Array): void;
  /** 32 bytes. */
  digest(): Uint8Array;
}

/** Hashing of large inputs. Small inputs are hashed synchronously with `sha256` of `./sha256.ts`. */
export interface Digester {
  /** SHA-256 of one buffer; 32 bytes. */
  sha256(bytes: Uint8Array): Promise<Uint8Array>;
  createSha256(): IncrementalSha256;
}

/** ECDSA signatures are raw r‖s (IEEE P1363) here; DER values of X.509 and CMS are converted before. */
export type SignatureAlgorithm =
  | 'ecdsa-p256-sha256'
  | 'ecdsa-p256-sha384'
  | 'ecdsa-p384-sha256'
  | 'ecdsa-p384-sha384'
  | 'rsa-pkcs1-sha256'
  | 'rsa-pkcs1-sha384'
  | 'rsa-pkcs1-sha512'
  | 'ed25519';

export interface SignatureInput {
  algorithm: SignatureAlgorithm;
  /** SubjectPublicKeyInfo, DER. For `ed25519` too. */
  publicKey: Uint8Array;
  data: Uint8Array;
  signature: Uint8Array;
}

export interface Ports extends Digester {
  /** `false` for a wrong signature and for a key that does not fit the algorithm; never throws for bad input. */
  verifySignature(input: SignatureInput): Promise<boolean>;
  /**
   * Decompresses exactly one gzip member (RFC 1952).
   * @throws when the member is malformed, has trailing bytes, or yields more than `maxBytes`.
   */
  gunzip(member: Uint8Array, maxBytes: number): Promise<Uint8Array>;
  /** CRC-32 (ISO 3309) of `bytes`, continuing from `seed` (0 at the start); unsigned. */
  crc32(bytes: Uint8Array, seed?: number): number;
}
