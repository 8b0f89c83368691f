import type { Sha256 } from '#shared/lib/sha256';
import type { FileSource } from './file-source.ts';

/** Bytes, or their pieces in order. */
export type BlobContent = Uint8Array | AsyncIterable<Uint8Array>;

/** A file of a folder that appears as a whole: new, or another name of what is stored already. */
export type BlobMember =
  | { readonly name: string; readonly content: BlobContent }
  | { readonly name: string; readonly copyOf: string };

/**
 * Where the bytes of evidence are kept, under names of `/`-separated parts, each blob written once. A folder of files
 * implements it, and a store of objects can: nothing is appended to, nothing locked, nothing listed but to be looked
 * after. What is promised to be there, the database says.
 */
export interface Blobs {
  /**
   * Stores a blob, whole or not at all, in the place of an earlier one of that name; on return it is durable.
   * @param sha256 what its bytes must have; otherwise nothing is stored.
   * @throws StoreError DIGEST_DIFFERS, DISK_FULL, WRITE_FAILED; errors of the content pass unchanged.
   */
  put(name: string, content: BlobContent, sha256?: Sha256): Promise<void>;
  /** Gives what is stored one more name; one that exists already stays as it is. Cheap where the store shares bytes. */
  copy(from: string, to: string): Promise<void>;
  /**
   * Stores several below `folder`, which shows them all at once where the store can. A folder that is there is left as it
   * is. Members are read-only where the store can.
   */
  publish(folder: string, members: readonly BlobMember[]): Promise<void>;
  /** Size and ranges; @throws StoreError NOT_FOUND, READ_FAILED; EncryptionError */
  open(name: string): Promise<FileSource>;
  has(name: string): Promise<boolean>;
  /** Names of the blobs below a folder, sorted; none when there is no such folder. */
  list(folder: string): Promise<readonly string[]>;
  /** Removes a blob, or all below a folder, durably; what is not there already is gone. */
  delete(name: string): Promise<void>;
}

/** All bytes of a small blob. */
export async function readBlob(blobs: Pick<Blobs, 'open'>, name: string): Promise<Uint8Array> {
  const source = await blobs.open(name);
  try {
    return await source.read(0, source.size);
  } finally {
    await source.close();
  }
}
