import { createHash } from 'node:crypto';
import type { Sha256 } from '#shared/lib/sha256';
import type { BlobContent } from './blobs.ts';
import { StoreError } from './store-error.ts';

/**
 * Passes the pieces of a blob on, and ends with an error when together they have another SHA-256.
 * @throws StoreError DIGEST_DIFFERS
 */
export async function* checkedContent(
  name: string,
  content: BlobContent,
  sha256: Sha256,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for await (const piece of content instanceof Uint8Array ? [content] : content) {
    hash.update(piece);
    yield piece;
  }
  if (hash.digest('hex') !== sha256)
    throw new StoreError('DIGEST_DIFFERS', `${name} does not have the SHA-256 it must have`, { entry: name });
}
