import { concatBytes } from '#shared/lib/concat-bytes';
import { sha256 } from '#shared/lib/sha256';

const LEAF_PREFIX = Uint8Array.of(0);
const NODE_PREFIX = Uint8Array.of(1);

/** Bytes in every hash of the tree. */
export const HASH_BYTES = 32;

/** Hash of a leaf: SHA-256(0x00 ‖ leaf), RFC 6962 §2.1. */
export function leafHash(leaf: Uint8Array): Uint8Array {
  return sha256(concatBytes(LEAF_PREFIX, leaf));
}

/** Hash of an inner node: SHA-256(0x01 ‖ left ‖ right), RFC 6962 §2.1. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(concatBytes(NODE_PREFIX, left, right));
}

/** Root of the tree without leaves: SHA-256 of nothing, RFC 6962 §2.1. */
export function emptyRoot(): Uint8Array {
  return sha256(new Uint8Array());
}
