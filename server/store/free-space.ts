import { statfs } from 'node:fs/promises';
import { StoreError } from './store-error.ts';

/** What space is asked for. Each may use less of the last of the disk than the next. */
export type SpacePurpose = 'upload' | 'seal' | 'leaf';

/** Refuses to begin what the disk cannot end. */
export interface SpaceGuard {
  /**
   * @param bytes what will be written.
   * @throws StoreError DISK_FULL when less than the floor of `purpose` would be left
   */
  require(purpose: SpacePurpose, bytes: number): Promise<void>;
}

const MIB = 1 << 20;

/**
 * Kept free: by uploads, so that what was accepted can be sealed; by seals, so that the database and the log, which
 * stop at a failed write, can still write what was begun.
 */
export const spaceFloors: Readonly<Record<SpacePurpose, number>> = {
  upload: 512 * MIB,
  seal: 256 * MIB,
  leaf: 64 * MIB,
};

/** Bytes the file system of `folder` has left for this process. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** @param measure instead of `freeBytes`. */
export function createSpaceGuard(
  folder: string,
  floors: Readonly<Record<SpacePurpose, number>> = spaceFloors,
  measure: (folder: string) => Promise<number> = freeBytes,
): SpaceGuard {
  return {
    async require(purpose, bytes) {
      const free = await measure(folder);
      if (free - bytes >= floors[purpose]) return;
      const left = `${Math.floor(free / MIB)} MiB are left`;
      throw new StoreError('DISK_FULL', `not enough disk space for this ${purpose}: ${left}`, {
        entry: purpose,
      });
    },
  };
}
