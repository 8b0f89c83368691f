import { statfs } from 'node:fs/promises';
import { StoreError } from './store-error.ts';

/** What space is asked for. Each may use more of the last of the disk than the one before. */
type SpacePurpose = 'upload' | 'seal' | 'leaf';

/** Refuses to begin what the disk cannot end. */
export interface SpaceGuard {
  /**
   * @param bytes what will be written.
   * @throws StoreError DISK_FULL when too little would be left
   */
  require(purpose: SpacePurpose, bytes: number): Promise<void>;
}

const MIB = 1 << 20;

/**
 * Shares of the space kept free. Uploads leave all of it, so that what was accepted can be sealed; seals leave a part
 * to the database and the log, which stop at a failed write.
 */
const shares: Readonly<Record<SpacePurpose, number>> = { upload: 1, seal: 1 / 2, leaf: 1 / 8 };

/** Bytes the file system of `folder` has left for this process. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/**
 * @param minFree bytes below which no upload is accepted.
 * @param measure instead of `freeBytes`.
 */
export function createSpaceGuard(
  folder: string,
  minFree: number,
  measure: (folder: string) => Promise<number> = freeBytes,
): SpaceGuard {
  return {
    async require(purpose, bytes) {
      const free = await measure(folder);
      if (free - bytes >= minFree * shares[purpose]) return;
      const left = `${Math.floor(free / MIB)} MiB are left`;
      throw new StoreError('DISK_FULL', `not enough disk space: ${left}`, { entry: purpose });
    },
  };
}
