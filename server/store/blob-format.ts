import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { concatBytes } from '#shared/lib/concat-bytes';
import { equalBytes } from '#shared/lib/equal-bytes';
import { fromUtf8, toUtf8 } from '#shared/lib/utf8';
import { type BlobKey, KEY_BYTES, KEY_ID_BYTES } from './blob-key.ts';
import { EncryptionError } from './encryption-error.ts';

/**
 * An encrypted file: a header, then segments of AES-256-GCM, each with its tag; all but the last hold `SEGMENT_BYTES`, the
 * last at least one byte, save that an empty file is one empty segment. The construction is STREAM (Hoang, Reyhanitabar,
 * Rogaway, Vizár 2015): the nonce of a segment is prefix ‖ number ‖ whether it is the last, so that none can be left out,
 * moved, repeated or added. Every file has a key of its own, derived from its package's with a random salt, as in Tink's
 * AES-GCM-HKDF: the number of files under one key needs no thought. Header and label are authenticated with each segment.
 */
const MAGIC = toUtf8('TZCRYPT');
const VERSION = 1;
const SALT_BYTES = 32;
const PREFIX_BYTES = 7;
const COUNTER_BYTES = 4;
const TAG_BYTES = 16;
const INFO = 'tiezheng/blob/v1';

/** Of plain text in a segment. Larger ones make reads of a few bytes dearer, smaller ones files longer. */
export const SEGMENT_BYTES = 2 ** 16;
/** Of a full segment as stored. */
export const SEALED_SEGMENT_BYTES = SEGMENT_BYTES + TAG_BYTES;
/** magic 7, version 1, segment size 4 (big endian), key id 8, salt 32, nonce prefix 7. */
export const HEADER_BYTES = MAGIC.length + 1 + 4 + KEY_ID_BYTES + SALT_BYTES + PREFIX_BYTES;
/** Bytes of randomness in a header: salt and nonce prefix. */
export const RANDOM_BYTES = SALT_BYTES + PREFIX_BYTES;

/** Seals and opens the segments of one file. */
export interface SegmentCipher {
  readonly header: Uint8Array;
  /** The parts of the sealed segment, in order: joining them once for several saves time. */
  seal(plain: Uint8Array, number: number, isLast: boolean): readonly Uint8Array[];
  /** @throws EncryptionError BLOB_DAMAGED */
  open(sealed: Uint8Array, number: number, isLast: boolean): Uint8Array;
}

/** Bytes a file of `plainBytes` has when encrypted. */
export function encryptedSize(plainBytes: number): number {
  return HEADER_BYTES + plainBytes + TAG_BYTES * Math.max(1, Math.ceil(plainBytes / SEGMENT_BYTES));
}

/** How many segments an encrypted file of `bytes` has, and how long its plain text is; `undefined`: none is so long. */
export function layoutOf(
  bytes: number,
): { readonly segments: number; readonly plainBytes: number } | undefined {
  const body = bytes - HEADER_BYTES;
  if (body < TAG_BYTES) return undefined;
  const segments = Math.ceil(body / SEALED_SEGMENT_BYTES);
  const last = body - (segments - 1) * SEALED_SEGMENT_BYTES - TAG_BYTES;
  return last < 0 || (last === 0 && segments > 1)
    ? undefined
    : { segments, plainBytes: (segments - 1) * SEGMENT_BYTES + last };
}

/**
 * The cipher of a new file.
 * @param label what the file is within its package: one cannot stand for another.
 * @param random `RANDOM_BYTES`, never used twice.
 */
export function newCipher(key: BlobKey, label: string, random: Uint8Array): SegmentCipher {
  if (random.length !== RANDOM_BYTES) throw new RangeError(`${random.length} random bytes`);
  const size = new Uint8Array(4);
  new DataView(size.buffer).setUint32(0, SEGMENT_BYTES);
  return cipherOf(key, label, concatBytes(MAGIC, Uint8Array.of(VERSION), size, key.id, random));
}

/**
 * The cipher of a file that begins with `header`.
 * @throws EncryptionError BLOB_DAMAGED, BLOB_KEY_DIFFERS
 */
export function cipherFor(key: BlobKey, label: string, header: Uint8Array): SegmentCipher {
  const damaged = (why: string) => new EncryptionError('BLOB_DAMAGED', `${label} ${why}`, { entry: label });
  if (header.length !== HEADER_BYTES || !equalBytes(header.subarray(0, MAGIC.length), MAGIC))
    throw damaged(`does not begin as an encrypted file (${fromUtf8(MAGIC)})`);
  if (header[MAGIC.length] !== VERSION) throw damaged('is of another version of the format');
  const view = new DataView(header.buffer, header.byteOffset, header.length);
  if (view.getUint32(MAGIC.length + 1) !== SEGMENT_BYTES) throw damaged('has segments of another size');
  const id = header.subarray(MAGIC.length + 5, MAGIC.length + 5 + KEY_ID_BYTES);
  if (!equalBytes(id, key.id))
    throw new EncryptionError('BLOB_KEY_DIFFERS', `${label} is encrypted under the key of another package`, {
      entry: label,
    });
  return cipherOf(key, label, header);
}

function cipherOf(key: BlobKey, label: string, header: Uint8Array): SegmentCipher {
  const salt = header.subarray(HEADER_BYTES - RANDOM_BYTES, HEADER_BYTES - PREFIX_BYTES);
  const prefix = header.subarray(HEADER_BYTES - PREFIX_BYTES);
  const own = new Uint8Array(hkdfSync('sha256', key.bytes, salt, toUtf8(INFO), KEY_BYTES));
  const associated = concatBytes(header, toUtf8(label));
  const nonceOf = (number: number, isLast: boolean) => {
    // 256 TiB: nobody uploads more.
    if (number >= 2 ** (8 * COUNTER_BYTES)) throw new RangeError('too many segments');
    const nonce = new Uint8Array(PREFIX_BYTES + COUNTER_BYTES + 1);
    nonce.set(prefix);
    new DataView(nonce.buffer).setUint32(PREFIX_BYTES, number);
    nonce[PREFIX_BYTES + COUNTER_BYTES] = isLast ? 1 : 0;
    return nonce;
  };
  return {
    header,
    seal(plain, number, isLast) {
      const cipher = createCipheriv('aes-256-gcm', own, nonceOf(number, isLast)).setAAD(associated);
      const text = cipher.update(plain);
      cipher.final();
      return [text, cipher.getAuthTag()];
    },
    open(sealed, number, isLast) {
      const end = sealed.length - TAG_BYTES;
      const options = { authTagLength: TAG_BYTES };
      const nonce = nonceOf(number, isLast);
      const decipher = createDecipheriv('aes-256-gcm', own, nonce, options).setAAD(associated);
      decipher.setAuthTag(sealed.subarray(end));
      const text = decipher.update(sealed.subarray(0, end));
      try {
        decipher.final();
      } catch (cause) {
        throw new EncryptionError('BLOB_DAMAGED', `segment ${number} of ${label} was altered`, {
          entry: label,
          cause,
        });
      }
      return text;
    },
  };
}
