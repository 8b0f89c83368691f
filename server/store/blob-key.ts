import { createHash } from 'node:crypto';
import { toUtf8 } from '#shared/lib/utf8';

export const KEY_BYTES = 32;
/** Of the digest of a key: enough to tell keys apart, and of no use in finding a random one. */
export const KEY_ID_BYTES = 8;

/** The key of one package's files. */
export interface BlobKey {
  /** In the header of every file: says at once that a file is of another package. */
  readonly id: Uint8Array;
  /** 32 random bytes. */
  readonly bytes: Uint8Array;
}

export function blobKey(bytes: Uint8Array): BlobKey {
  if (bytes.length !== KEY_BYTES) throw new RangeError(`a key of ${bytes.length} bytes`);
  const digest = createHash('sha256').update(toUtf8('tiezheng/blob-key-id/v1')).update(bytes).digest();
  return { id: new Uint8Array(digest.subarray(0, KEY_ID_BYTES)), bytes };
}
