import type { BlobKey } from './blob-key.ts';
import { encryptedBlobs } from './encrypted-blobs.ts';
import type { FileSource } from './file-source.ts';
import { folderBlobs } from './folder-blobs.ts';

/** A blob of a folder as another thread can open it: plain data. */
export interface BlobRef {
  readonly folder: string;
  readonly name: string;
  /** Absent where it is in the clear. */
  readonly key?: BlobKey | undefined;
}

/** @throws StoreError, EncryptionError */
export function openBlobRef({ folder, name, key }: BlobRef): Promise<FileSource> {
  const blobs = folderBlobs(folder);
  return (key === undefined ? blobs : encryptedBlobs(blobs, key)).open(name);
}
